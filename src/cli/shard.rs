//! `--shard`: which part of a run this process does, as given or by a scheduler's environment.
//!
//! Slurm gives its array tasks both numbers. Kubernetes gives the pods of an Indexed Job their index
//! alone; the manifest gives their number, in JOB_COMPLETIONS.

use super::args::ShardChoice;
use super::exit::Failure;
use crate::archive::Shard;

/// The shard a choice means, where `variable` looks up the environment.
pub(super) fn shard(
    choice: ShardChoice,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Shard, Failure> {
    match choice {
        ShardChoice::Given(shard) => Ok(shard),
        ShardChoice::Auto => scheduled(&variable).map_err(Failure::usage),
    }
}

fn scheduled(variable: &dyn Fn(&str) -> Option<String>) -> Result<Shard, String> {
    let number = |name: &str| match variable(name) {
        None => Err(format!("--shard auto: {name} is not set")),
        Some(word) => word
            .trim()
            .parse::<u64>()
            .map_err(|_| format!("--shard auto: {name} is {word:?}, and a number is expected")),
    };
    if variable("SLURM_ARRAY_TASK_ID").is_some() {
        let id = number("SLURM_ARRAY_TASK_ID")?;
        let count = number("SLURM_ARRAY_TASK_COUNT")?;
        let first = number("SLURM_ARRAY_TASK_MIN")?;
        // An array that begins elsewhere is part of one that was submitted before, most likely, and
        // its count is not that one's.
        return match id.checked_sub(first) {
            Some(index) if first <= 1 => Shard::new(index, count),
            _ => None,
        }
        .ok_or_else(|| {
            format!(
                "--shard auto: task {id} of {count} from {first} on is not a shard; submit an array \
                 that counts from 0 or 1 without gaps, or say --shard I/N"
            )
        });
    }
    if variable("JOB_COMPLETION_INDEX").is_some() {
        let index = number("JOB_COMPLETION_INDEX")?;
        let count = number("JOB_COMPLETIONS").map_err(|error| {
            format!("{error}; give the container the Job's `completions` in it, or say --shard I/N")
        })?;
        return Shard::new(index, count).ok_or_else(|| {
            format!("--shard auto: JOB_COMPLETION_INDEX {index} is beyond JOB_COMPLETIONS {count}")
        });
    }
    Err(String::from(
        "--shard auto: neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set; say --shard I/N",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `--shard auto` means with these variables, as words.
    fn auto(variables: &[(&str, &str)]) -> Result<String, String> {
        let look_up = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        scheduled(&look_up).map(|shard| shard.to_string())
    }

    fn slurm(id: &str, count: &str, min: &str) -> Result<String, String> {
        auto(&[
            ("SLURM_ARRAY_TASK_ID", id),
            ("SLURM_ARRAY_TASK_COUNT", count),
            ("SLURM_ARRAY_TASK_MIN", min),
        ])
    }

    #[test]
    fn a_slurm_array_tells_both_numbers() {
        assert_eq!(slurm("0", "4", "0").as_deref(), Ok("0/4"));
        assert_eq!(slurm("4", "4", "1").as_deref(), Ok("3/4"));
    }

    #[test]
    fn an_array_with_gaps_or_a_part_of_one_is_refused() {
        assert!(slurm("9", "3", "1").is_err());
        assert!(slurm("2", "1", "2").unwrap_err().contains("--shard I/N"));
        assert!(slurm("x", "4", "0").unwrap_err().contains("a number"));
        let no_count = auto(&[("SLURM_ARRAY_TASK_ID", "1")]);
        assert!(no_count.unwrap_err().contains("SLURM_ARRAY_TASK_COUNT"));
    }

    #[test]
    fn an_indexed_job_tells_its_index_and_its_manifest_the_count() {
        let index = ("JOB_COMPLETION_INDEX", "2");
        let both = auto(&[index, ("JOB_COMPLETIONS", "8")]);
        assert_eq!(both.as_deref(), Ok("2/8"));
        assert!(auto(&[index]).unwrap_err().contains("JOB_COMPLETIONS"));
        assert!(auto(&[index, ("JOB_COMPLETIONS", "2")]).is_err());
    }

    #[test]
    fn without_a_scheduler_it_is_an_error() {
        assert!(auto(&[]).unwrap_err().contains("SLURM_ARRAY_TASK_ID"));
    }
}
