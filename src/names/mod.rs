//! The names of an article: which there are, how each is spelt in the English, and one spelling for
//! each.
//!
//! A name is put in another spelling only where two things are sure: that it is this name (its source
//! sentence has it, and the English word is a spelling of it by its sound), and that the article itself
//! spells it in two ways, or that a glossary or a list of names says how it is to be spelt. What is replaced
//! is that word alone; a finding says so. What a glossary put in stays.

mod list;
mod listing;
mod parts;
mod quotations;
mod respelt;
mod seen;
mod spelling;
mod terms;

use std::collections::HashSet;

use crate::document::{Name, Paragraph, Sentence};
use crate::language::Language;
use list::plain_words;
pub use list::{NameList, NameListError, NameRowFault};
use parts::{Id, Part};
pub use respelt::Respelt;
pub use seen::{SeenName, SeenNames};
use spelling::Spellings;
pub use terms::with_terms;

/// What decides how the names of an article are spelt, besides the article itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules<'a> {
    /// Whether each name is put in one spelling; else they are only listed.
    pub unify: bool,
    /// The terms of a glossary that the translation has.
    pub terms: &'a [AppliedTerm],
    /// Spellings that were given.
    pub list: Option<&'a NameList>,
}

/// A term of a glossary that a translation has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedTerm {
    /// The term, as the glossary has it.
    pub source: String,
    /// What it is in English.
    pub target: String,
}

/// The names of an article's title and text, in the order in which they first occur; where the rules say
/// so, each is then spelt in one way, and what was replaced comes with them.
pub fn settle(
    title: &mut Option<Sentence>,
    paragraphs: &mut [Paragraph],
    language: &'static Language,
    rules: &Rules,
) -> (Vec<Name>, Respelt) {
    let first = usize::from(title.is_none());
    let body = paragraphs
        .iter_mut()
        .flat_map(|paragraph| &mut paragraph.sentences);
    let mut texts: Vec<&mut Sentence> = title.iter_mut().chain(body).collect();
    let mut sentences: Vec<Vec<Part>> = texts
        .iter()
        .map(|sentence| parts::parts(sentence, language))
        .collect();
    let terms = rules.terms.iter().map(|term| plain_words(&term.source));
    let terms: HashSet<String> = terms.collect();
    let is_given = |id: &Id| {
        let is_listed = |list: &NameList| list.spelling(&id.key, id.kind).is_some();
        terms.contains(&id.key) || rules.list.is_some_and(is_listed)
    };
    parts::leave_out_doubtful(&mut sentences, &texts, &is_given);
    parts::settle_lemmas(&mut sentences);
    parts::settle_kinds(&mut sentences);
    let spellings = Spellings::of(&sentences, rules);
    let respelt = if rules.unify {
        Respelt::of(&sentences, &spellings)
    } else {
        Respelt::default()
    };
    if rules.unify {
        for (sentence, parts) in texts.iter_mut().zip(&sentences) {
            spellings.put_into(sentence, parts);
        }
    }
    (listing::names(&sentences, &spellings, first), respelt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::{Check, flags};
    use crate::document::{NameKind, ParagraphKind};
    use crate::language::KAZAKH;

    fn paragraph(pairs: &[(&str, &str)]) -> Paragraph {
        let sentence = |(source, target): &(&str, &str)| Sentence {
            source: (*source).to_owned(),
            model_input: None,
            language: None,
            target: (*target).to_owned(),
            score: 0.0,
            flags: Vec::new(),
            findings: Vec::new(),
        };
        Paragraph {
            kind: ParagraphKind::Text,
            sentences: pairs.iter().map(sentence).collect(),
        }
    }

    fn settled(pairs: &[(&str, &str)], unify: bool) -> (Vec<Name>, Vec<Sentence>) {
        let rules = Rules {
            unify,
            ..Rules::default()
        };
        settled_by(pairs, &rules)
    }

    fn settled_by(pairs: &[(&str, &str)], rules: &Rules) -> (Vec<Name>, Vec<Sentence>) {
        let mut paragraphs = [paragraph(pairs)];
        let (names, _) = settle(&mut None, &mut paragraphs, &KAZAKH, rules);
        let [paragraph] = paragraphs;
        (names, paragraph.sentences)
    }

    const ARTICLE: [(&str, &str); 3] = [
        (
            "Жиынға Ержан Жылқыбаев қатысты.",
            "Yerzhan Zhylkybayev attended the meeting.",
        ),
        (
            "Кеше Жылқыбаевтың сөзін Қызылордадағылар тыңдады.",
            "Yesterday people in Kyzylorda listened to Zhilkibaev.",
        ),
        (
            "Содан кейін Жылқыбаев кетті.",
            "After that Zhylkybayev left.",
        ),
    ];

    #[test]
    fn a_name_has_its_lemma_its_spellings_and_the_standard_one() {
        let (names, _) = settled(&ARTICLE, false);
        let person = names
            .iter()
            .find(|name| name.kind == NameKind::Person)
            .unwrap();
        assert_eq!(person.source, "Ержан Жылқыбаев");
        assert_eq!(person.target.as_deref(), Some("Yerzhan Zhylkybayev"));
        assert_eq!(person.variants, ["Zhilkibaev"]);
        assert_eq!(person.standard.as_deref(), Some("Erzhan Zhylqybaev"));
        assert_eq!(person.sentences, [1, 2, 3]);
        let place = names
            .iter()
            .find(|name| name.kind == NameKind::Place)
            .unwrap();
        assert_eq!(
            (&*place.source, place.usual.as_deref()),
            ("Қызылорда", Some("Kyzylorda"))
        );
        assert_eq!(names.len(), 2);
    }

    #[test]
    fn the_commonest_spelling_is_put_in_and_a_finding_says_so() {
        let (_, sentences) = settled(&ARTICLE, true);
        assert_eq!(
            sentences[1].target,
            "Yesterday people in Kyzylorda listened to Zhylkybayev."
        );
        let [finding] = sentences[1].findings.as_slice() else {
            panic!("{:?}", sentences[1].findings);
        };
        assert!(finding.repaired && flags(&sentences[1].findings).is_empty());
        assert_eq!(finding.check, Check::Names);
        assert_eq!(finding.target.as_deref(), Some("Zhilkibaev"));
        assert_eq!(
            finding.message,
            "“Zhilkibaev” is written “Zhylkybayev”, in the one spelling that this name has in the \
             article"
        );
        let (start, end) = finding.span.target.unwrap();
        assert_eq!(&sentences[1].target[start..end], "Zhylkybayev");
        let (start, end) = finding.span.source.unwrap();
        assert_eq!(&sentences[1].source[start..end], "Жылқыбаевтың");
    }

    #[test]
    fn without_unifying_no_word_changes() {
        let (_, sentences) = settled(&ARTICLE, false);
        for (sentence, (_, target)) in sentences.iter().zip(ARTICLE) {
            assert_eq!(sentence.target, target);
            assert!(sentence.findings.is_empty());
        }
    }

    #[test]
    fn what_the_body_got_is_put_into_a_text_about_it() {
        let list = NameList::parse(
            "Ержан Жылқыбаев,Jerzhan Jylkybaev,person\nЕржан Асанов,Yerzhan Assanov,person\n",
            std::path::Path::new("names.csv"),
        );
        let list = list.unwrap();
        let respelt = |list: Option<&NameList>, unify: bool| {
            let mut pairs = ARTICLE.to_vec();
            pairs.push((
                "Оған Ержан Асанов қарсы болды.",
                "Yerzhan Assanov was against it.",
            ));
            let mut paragraphs = [paragraph(&pairs)];
            let rules = Rules {
                unify,
                list,
                ..Rules::default()
            };
            settle(&mut None, &mut paragraphs, &KAZAKH, &rules).1
        };
        let summary = "Yerzhan Zhylkybayev left, Yerzhan Assanov said of Zhilkibaev’s words.";
        let (text, findings) = respelt(Some(&list), true).put_into(summary);
        assert_eq!(
            text,
            "Jerzhan Jylkybaev left, Yerzhan Assanov said of Jylkybaev’s words."
        );
        let words: Vec<(&str, &str)> = findings
            .iter()
            .map(|finding| {
                assert!(finding.repaired && finding.source.is_none());
                let (start, end) = finding.span.target.unwrap();
                (finding.target.as_deref().unwrap(), &text[start..end])
            })
            .collect();
        let expected = [
            ("Yerzhan Zhylkybayev", "Jerzhan Jylkybaev"),
            ("Zhilkibaev", "Jylkybaev"),
        ];
        assert_eq!(words, expected);
        let (text, _) = respelt(None, true).put_into(summary);
        assert!(text.ends_with("of Zhylkybayev’s words."), "{text}");
        assert_eq!(respelt(Some(&list), false).put_into(summary).0, summary);
    }

    #[test]
    fn a_common_word_at_the_beginning_of_sentences_is_no_name() {
        let pairs = [
            (
                "Делегаттар жаңа құрамды бекітті.",
                "Delegates approved the new line-up.",
            ),
            ("Оппоненттер келмеді.", "The Opponents did not come."),
            (
                "Оған оппонент Асан жауап берді.",
                "Asan, an opponent, answered.",
            ),
            ("Тасқынбай келді.", "Taskynbay came."),
            ("Кеше Тасқынбайды көрдік.", "Yesterday we saw Taskynbay."),
        ];
        let (names, _) = settled(&pairs, true);
        let found: Vec<&str> = names.iter().map(|name| &*name.source).collect();
        assert_eq!(found, ["Асан", "Тасқынбай"]);
    }

    #[test]
    fn the_quoted_name_of_a_firm_is_one_body_and_a_part_of_a_title_no_name() {
        let pairs = [
            (
                "Жолды «Тасжол Құрылыс» ЖШС-і салды.",
                "The road was built by \"Taszhol Kurylys\" LLP.",
            ),
            (
                "Оған «Абай жолы» романы берілді.",
                "He was given the novel \"The Path of Abai\".",
            ),
        ];
        let (names, _) = settled(&pairs, true);
        let found: Vec<_> = names
            .iter()
            .map(|name| (name.kind, &*name.source, name.target.as_deref()))
            .collect();
        let expected = [(NameKind::Body, "Тасжол Құрылыс", Some("Taszhol Kurylys"))];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_spelling_has_no_marks_of_quotation() {
        let pairs = [(
            "Жиынға AMANAT партиясы қатысты.",
            "The \"AMANAT\" Party attended the meeting.",
        )];
        let (names, _) = settled(&pairs, true);
        let mut spelt = names.iter().filter_map(|name| name.target.as_deref());
        assert!(spelt.clone().count() > 0 && spelt.all(|name| !name.contains('"')));
    }

    #[test]
    fn two_names_of_one_place_stay() {
        let pairs = [
            ("Жиын Орал қаласында өтті.", "The meeting was held in Oral."),
            ("Кеше Оралда қар жауды.", "Yesterday it snowed in Uralsk."),
        ];
        let (names, sentences) = settled(&pairs, true);
        assert_eq!(sentences[1].target, pairs[1].1);
        assert_eq!(names.len(), 1);
    }

    #[test]
    fn a_word_of_another_name_is_not_replaced() {
        let pairs = [
            (
                "Кеше Асан мен Хасан келді.",
                "Yesterday Asan and Hasan came.",
            ),
            ("Бүгін Асан кетті.", "Today Assan left."),
            ("Ертең Асан қайтады.", "Tomorrow Asan returns."),
        ];
        let (_, sentences) = settled(&pairs, true);
        assert_eq!(sentences[0].target, pairs[0].1);
        assert_eq!(sentences[1].target, "Today Asan left.");
    }

    #[test]
    fn findings_after_a_replaced_word_move_with_their_words() {
        let mut paragraphs = [paragraph(&ARTICLE)];
        let target = &paragraphs[0].sentences[1].target;
        let at = target.find("listened").unwrap();
        let full = target.find("Zhilkibaev").unwrap();
        let finding = |start: usize, end: usize| {
            let mut finding = crate::checks::Finding::whole(Check::Repetition, "made up");
            finding.target = Some(target[start..end].to_owned());
            finding.span.target = Some((start, end));
            finding
        };
        let findings = vec![
            finding(at, at + 8),
            finding(at, target.len()),
            finding(full + 10, target.len()),
        ];
        paragraphs[0].sentences[1].findings = findings;
        let rules = Rules {
            unify: true,
            ..Rules::default()
        };
        settle(&mut None, &mut paragraphs, &KAZAKH, &rules);
        let sentence = &paragraphs[0].sentences[1];
        let repeated = sentence
            .findings
            .iter()
            .filter(|finding| finding.check == Check::Repetition);
        let words: Vec<&str> = repeated
            .map(|finding| {
                let (start, end) = finding.span.target.unwrap();
                assert_eq!(
                    finding.target.as_deref(),
                    Some(&sentence.target[start..end])
                );
                &sentence.target[start..end]
            })
            .collect();
        assert_eq!(words, ["listened", "listened to Zhylkybayev.", "."]);
    }

    #[test]
    fn what_the_glossary_put_in_stays() {
        let terms = [
            AppliedTerm {
                source: "жылқыбаев қоры".to_owned(),
                target: "Zhilkibaev fund".to_owned(),
            },
            AppliedTerm {
                source: "Асанов".to_owned(),
                target: "Assanoff".to_owned(),
            },
        ];
        let rules = Rules {
            unify: true,
            terms: &terms,
            list: None,
        };
        let pairs = [
            ("Кеше Жылқыбаев келді.", "Zhylkybayev came yesterday."),
            ("Бүгін Жылқыбаев кетті.", "Today Zhylkybayev left."),
            (
                "Жиынды Жылқыбаев қоры мен Жылқыбаев ұйымдастырды.",
                "The Zhilkibaev fund and Zhilkibaev organised the meeting.",
            ),
            ("Оған Асанов қатысты.", "It was attended by Assanov."),
        ];
        let (_, sentences) = settled_by(&pairs, &rules);
        assert_eq!(
            sentences[2].target,
            "The Zhilkibaev fund and Zhylkybayev organised the meeting."
        );
        assert_eq!(sentences[3].target, "It was attended by Assanoff.");
        let [finding] = sentences[3].findings.as_slice() else {
            panic!("{:?}", sentences[3].findings);
        };
        assert!(finding.message.ends_with("as the glossary has it"));
    }

    #[test]
    fn what_is_derived_from_a_name_and_another_word_of_its_letters_stay() {
        let term = |(source, target): (&str, &str)| AppliedTerm {
            source: source.to_owned(),
            target: target.to_owned(),
        };
        let terms = [("Моңғолия", "Mongolia"), ("Орал", "Uralsk")].map(term);
        for terms in [&terms[..], &[]] {
            let rules = Rules {
                unify: true,
                terms,
                list: None,
            };
            let pairs = [
                (
                    "Кеше Моңғолия туралы айтылды.",
                    "Mongolia was spoken about.",
                ),
                ("Кеше Моңғолия елшісі келді.", "The Mongolian envoy came."),
                ("Жиын Оралда өтті.", "Oral talks were held in Uralsk."),
            ];
            let (_, sentences) = settled_by(&pairs, &rules);
            let texts = sentences.iter().map(|sentence| &*sentence.target);
            assert!(texts.eq(pairs.map(|(_, target)| target)), "{sentences:?}");
        }
    }

    #[test]
    fn a_name_of_the_list_that_begins_its_sentence_is_spelt_so() {
        let list = NameList::parse(
            "Тасқынбай,Tasqynbay,\nСөз,Soz,\n",
            std::path::Path::new("names.csv"),
        );
        let list = list.unwrap();
        let rules = Rules {
            unify: true,
            terms: &[],
            list: Some(&list),
        };
        let pairs = [
            ("Тасқынбай келді.", "Taskynbay came."),
            ("Сөз сөйледі.", "Speeches were made."),
        ];
        let (_, sentences) = settled_by(&pairs, &rules);
        assert_eq!(sentences[0].target, "Tasqynbay came.");
        assert_eq!(sentences[1].target, pairs[1].1);
    }

    #[test]
    fn a_list_of_names_decides_before_the_article_and_the_gazetteer() {
        let text = "Ержан Жылқыбаев,Erzhan Jylkybaev,person\nҚызылорда,Qyzylorda,place\n\
                    Орал,Uralsk,place\n";
        let list = NameList::parse(text, std::path::Path::new("names.csv")).unwrap();
        let rules = Rules {
            unify: true,
            terms: &[],
            list: Some(&list),
        };
        let (names, sentences) = settled_by(&ARTICLE, &rules);
        assert_eq!(
            sentences[0].target,
            "Erzhan Jylkybaev attended the meeting."
        );
        assert_eq!(
            sentences[1].target,
            "Yesterday people in Qyzylorda listened to Jylkybaev."
        );
        assert_eq!(names[0].target.as_deref(), Some("Erzhan Jylkybaev"));
        assert!(names[0].variants.contains(&"Zhilkibaev".to_owned()));
        let finding = sentences[1].findings.last().unwrap();
        assert!(finding.repaired && finding.message.ends_with("as the list of names has it"));
        let (names, sentences) = settled_by(&[("Жиын Оралда өтті.", "It was in Oral.")], &rules);
        assert_eq!(sentences[0].target, "It was in Uralsk.");
        assert_eq!(names[0].target.as_deref(), Some("Uralsk"));

        let listed = Rules {
            unify: false,
            ..rules
        };
        let (_, sentences) = settled_by(&ARTICLE, &listed);
        assert!(
            sentences
                .iter()
                .all(|sentence| sentence.findings.is_empty())
        );
    }

    #[test]
    fn a_place_and_a_person_of_the_same_letters_are_two_names() {
        let pairs = [
            (
                "Жиын Абай ауданында өтті.",
                "The meeting was held in Abay district.",
            ),
            ("Кеше Абай келді.", "Abai came yesterday."),
            ("Бүгін Абайды көрдік.", "Today we saw Abai."),
            ("Мектеп Абайда салынды.", "The school was built in Abay."),
        ];
        let (names, sentences) = settled(&pairs, true);
        let found: Vec<_> = names
            .iter()
            .map(|name| (name.kind, name.target.as_deref(), &*name.sentences))
            .collect();
        let expected = [
            (NameKind::Place, Some("Abay"), &[1, 4][..]),
            (NameKind::Person, Some("Abai"), &[2, 3]),
        ];
        assert_eq!(found, expected);
        assert!(
            sentences
                .iter()
                .all(|sentence| sentence.findings.is_empty())
        );
    }

    #[test]
    fn a_place_is_no_part_of_the_person_of_its_letters() {
        let pairs = [
            (
                "Жиынға Ержан Тасбұлақ қатысты.",
                "Yerzhan Tasbulak attended the meeting.",
            ),
            (
                "Ол кеше Тасбұлақ ауылына барды.",
                "Yesterday he went to the village of Tasbulaq.",
            ),
        ];
        let (names, sentences) = settled(&pairs, true);
        let found: Vec<_> = names
            .iter()
            .map(|name| (name.kind, &*name.source))
            .collect();
        let expected = [
            (NameKind::Person, "Ержан Тасбұлақ"),
            (NameKind::Place, "Тасбұлақ"),
        ];
        assert_eq!(found, expected);
        assert!(
            sentences
                .iter()
                .all(|sentence| sentence.findings.is_empty())
        );
    }

    #[test]
    fn what_is_listed_with_places_is_a_place() {
        let pairs = [(
            "Сарыөзек, Жаркент, Сырымбет, Үштөбе елді мекендеріне газ жүргізілді.",
            "Gas was brought to Saryozek, Zharkent, Syrymbet and Ushtobe.",
        )];
        let (names, _) = settled(&pairs, true);
        assert_eq!(names.len(), 4);
        assert!(names.iter().all(|name| name.kind == NameKind::Place));
        let pairs = [(
            "Оны Асанов, Сырымбет және Керімов көрді.",
            "Asanov, Syrymbet and Kerimov saw him.",
        )];
        let (names, _) = settled(&pairs, true);
        assert!(names.iter().all(|name| name.kind == NameKind::Person));
    }

    #[test]
    fn a_surname_is_not_the_given_name_it_is_made_of() {
        let pairs = [
            ("Жиынға Асанов қатысты.", "Assanov attended the meeting."),
            ("Кеше Асан да келді.", "Asan came yesterday, too."),
        ];
        let (names, sentences) = settled(&pairs, true);
        let found: Vec<_> = names
            .iter()
            .map(|name| (&*name.source, name.target.as_deref()))
            .collect();
        let expected = [("Асанов", Some("Assanov")), ("Асан", Some("Asan"))];
        assert_eq!(found, expected);
        assert!(
            sentences
                .iter()
                .all(|sentence| sentence.findings.is_empty())
        );
    }
}
