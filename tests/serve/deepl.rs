//! DeepL's interface.

use serde_json::json;

use super::server::{SENTENCE, TRANSLATION, start};

#[test]
fn texts_are_translated_in_deepls_form() {
    let server = start(&[]);
    let body = json!({"text": [SENTENCE, SENTENCE], "target_lang": "EN-US"});
    let translation = json!({"detected_source_language": "KK", "text": TRANSLATION});
    let expected = json!({"translations": [translation, translation]});
    assert_eq!(server.post("/v2/translate", &body).json(), expected);
    let counted = json!({"text": ["сөз"], "target_lang": "EN", "show_billed_characters": true});
    let counted = server.post("/v2/translate", &counted).json();
    assert_eq!(counted["translations"][0]["billed_characters"], 3);
    let html = format!("<i>{SENTENCE}</i>");
    let html = json!({"text": [html], "target_lang": "EN", "tag_handling": "html"});
    let text = &server.post("/v2/translate", &html).json()["translations"][0]["text"];
    assert_eq!(text, &json!(format!("<i>{TRANSLATION}</i>")));
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("text", SENTENCE)
        .append_pair("text", SENTENCE);
    form.append_pair("source_lang", "KK")
        .append_pair("target_lang", "EN");
    assert_eq!(
        server.form("/v2/translate", &form.finish()).json(),
        expected
    );
}

#[test]
fn what_is_not_offered_is_refused_with_a_message() {
    let server = start(&[]);
    for (body, message) in [
        (
            json!({"target_lang": "EN"}),
            "Parameter 'text' not specified.",
        ),
        (
            json!({"text": ["a"]}),
            "Parameter 'target_lang' not specified.",
        ),
        (
            json!({"text": ["a"], "target_lang": "DE"}),
            "Value for 'target_lang' not supported.",
        ),
        (
            json!({"text": ["a"], "target_lang": "EN", "source_lang": "ZZ"}),
            "Value for 'source_lang' not supported.",
        ),
        (
            json!({"text": ["a"], "target_lang": "EN", "glossary_id": "g"}),
            "Glossaries are chosen when the server is started.",
        ),
    ] {
        let answer = server.post("/v2/translate", &body);
        assert_eq!(answer.status, 400);
        assert_eq!(answer.json(), json!({"message": message}));
    }
    let languages = server.get("/v2/languages?type=source").json();
    assert_eq!(languages[0], json!({"language": "KK", "name": "Kazakh"}));
    let targets = server.get("/v2/languages?type=target").json();
    assert_eq!(
        targets[0],
        json!({"language": "EN", "name": "English", "supports_formality": false})
    );
}
