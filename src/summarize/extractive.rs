pub fn extract(s: &[&str], n: usize) -> Vec<usize> {
    (0..n.min(s.len())).collect()
}
pub fn summary_length(n: usize) -> usize {
    n.min(3)
}
