//! What can be asked, in a table.

/// One method of one path.
pub(super) struct Operation {
    pub method: &'static str,
    pub path: &'static str,
    pub summary: &'static str,
    /// Whether a key is wanted where the server has keys.
    pub wants_key: bool,
    /// The path's own parameter.
    pub parameter: Option<&'static str>,
    /// The name of the schema whose fields are parameters of the query string.
    pub query: Option<&'static str>,
    /// Media types of the body, and the names of their schemas.
    pub request: &'static [(&'static str, &'static str)],
    pub answers: &'static [Answer],
}

/// A status, its meaning, and what the body is.
pub(super) struct Answer {
    pub status: u16,
    pub meaning: &'static str,
    pub body: Body,
}

/// The body of an answer.
#[derive(Clone, Copy)]
pub(super) enum Body {
    None,
    /// JSON of this schema.
    Json(&'static str),
    /// A JSON array of this schema.
    Array(&'static str),
    /// JSON that another document describes.
    Object,
    /// Of this media type.
    Of(&'static str),
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

const fn ok(body: Body) -> Answer {
    answer(200, "Done", body)
}

const fn answer(status: u16, meaning: &'static str, body: Body) -> Answer {
    Answer {
        status,
        meaning,
        body,
    }
}

const fn error(status: u16, meaning: &'static str) -> Answer {
    answer(status, meaning, Body::Json("ErrorBody"))
}

const fn deepl_error(status: u16, meaning: &'static str) -> Answer {
    answer(status, meaning, Body::Json("DeeplErrorBody"))
}

const BAD: Answer = error(
    400,
    "The request is not valid, or lacks the key that is wanted",
);
const FORBIDDEN: Answer = error(403, "The key is not valid, or the client may not ask");
const NOT_FOUND: Answer = error(404, "There is no such thing, or no longer");
const NOT_READY: Answer = error(409, "The article is not translated, or failed");
const TOO_LARGE: Answer = error(413, "The body is too large");
const SLOW: Answer = error(408, "The body came too slowly");
const TOO_MANY: Answer = error(
    429,
    "The client asks too often; Retry-After says when it may again",
);
const FAILED: Answer = error(500, "The models failed");
const BUSY: Answer = error(
    503,
    "The queue is full, or the models are being loaded; see Retry-After",
);

/// All of them.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "post",
        path: "/translate",
        summary: "Translate a text, or several",
        wants_key: true,
        parameter: None,
        query: None,
        request: &[
            (JSON, "TranslateRequest"),
            (FORM, "TranslateRequest"),
            (MULTIPART, "TranslateRequest"),
        ],
        answers: &[
            ok(Body::Json("TranslateAnswer")),
            BAD,
            FORBIDDEN,
            SLOW,
            TOO_LARGE,
            TOO_MANY,
            FAILED,
            BUSY,
        ],
    },
    Operation {
        method: "post",
        path: "/detect",
        summary: "Find the language of a text",
        wants_key: true,
        parameter: None,
        query: None,
        request: &[
            (JSON, "DetectRequest"),
            (FORM, "DetectRequest"),
            (MULTIPART, "DetectRequest"),
        ],
        answers: &[
            ok(Body::Array("Detected")),
            BAD,
            FORBIDDEN,
            SLOW,
            TOO_LARGE,
            TOO_MANY,
            BUSY,
        ],
    },
    Operation {
        method: "get",
        path: "/languages",
        summary: "The languages, and what each is translated into",
        wants_key: false,
        parameter: None,
        query: None,
        request: &[],
        answers: &[ok(Body::Array("LanguageEntry")), BAD, FORBIDDEN, BUSY],
    },
    Operation {
        method: "post",
        path: "/translate_file",
        summary: "Translate a file",
        wants_key: true,
        parameter: None,
        query: None,
        request: &[(MULTIPART, "FileRequest")],
        answers: &[
            ok(Body::Json("FileAnswer")),
            BAD,
            FORBIDDEN,
            SLOW,
            TOO_LARGE,
            TOO_MANY,
            FAILED,
            BUSY,
        ],
    },
    Operation {
        method: "get",
        path: "/download_file/{name}",
        summary: "Fetch a translated file",
        wants_key: false,
        parameter: Some("name"),
        query: None,
        request: &[],
        answers: &[
            ok(Body::Of("application/octet-stream")),
            BAD,
            FORBIDDEN,
            NOT_FOUND,
        ],
    },
    Operation {
        method: "post",
        path: "/suggest",
        summary: "Suggest a translation; it is not taken",
        wants_key: false,
        parameter: None,
        query: None,
        request: &[],
        answers: &[BAD, FORBIDDEN],
    },
    Operation {
        method: "get",
        path: "/frontend/settings",
        summary: "What a page needs to know",
        wants_key: false,
        parameter: None,
        query: None,
        request: &[],
        answers: &[ok(Body::Object), BAD, FORBIDDEN],
    },
    Operation {
        method: "get",
        path: "/health",
        summary: "Whether the server answers",
        wants_key: false,
        parameter: None,
        query: None,
        request: &[],
        answers: &[ok(Body::Json("Status")), BAD, FORBIDDEN],
    },
    Operation {
        method: "get",
        path: "/ready",
        summary: "Whether the models are loaded",
        wants_key: false,
        parameter: None,
        query: None,
        request: &[],
        answers: &[ok(Body::Json("Status")), BAD, FORBIDDEN, BUSY],
    },
    Operation {
        method: "get",
        path: "/metrics",
        summary: "Counters for Prometheus, where the operator wants them",
        wants_key: true,
        parameter: None,
        query: None,
        request: &[],
        answers: &[
            ok(Body::Of("text/plain")),
            BAD,
            error(401, "A key is wanted in the Authorization header"),
            FORBIDDEN,
            NOT_FOUND,
        ],
    },
    Operation {
        method: "post",
        path: "/v2/translate",
        summary: "Translate texts in DeepL's form",
        wants_key: true,
        parameter: None,
        query: None,
        request: &[(JSON, "DeeplRequest"), (FORM, "DeeplRequest")],
        answers: &[
            ok(Body::Json("DeeplAnswer")),
            deepl_error(400, "The request is not valid"),
            // What is refused before it is read has the other form.
            answer(
                403,
                "The key is not valid, or the client may not ask",
                Body::Object,
            ),
            deepl_error(408, "The body came too slowly"),
            deepl_error(413, "The body is too large"),
            deepl_error(429, "The client asks too often"),
            deepl_error(500, "The models failed"),
            deepl_error(503, "The queue is full, or the models are being loaded"),
        ],
    },
    Operation {
        method: "get",
        path: "/v2/languages",
        summary: "The languages in DeepL's form; those translated into with type=target",
        wants_key: true,
        parameter: None,
        query: None,
        request: &[],
        answers: &[
            ok(Body::Array("DeeplLanguage")),
            deepl_error(400, "The request is not valid"),
            answer(
                403,
                "The key is not valid, or the client may not ask",
                Body::Object,
            ),
            deepl_error(429, "The client asks too often"),
            deepl_error(503, "The models are being loaded"),
        ],
    },
    Operation {
        method: "get",
        path: "/v2/usage",
        summary: "What was translated and may be, in DeepL's form; nothing is counted",
        wants_key: true,
        parameter: None,
        query: None,
        request: &[],
        answers: &[
            ok(Body::Object),
            deepl_error(400, "The request is not valid"),
            answer(
                403,
                "The key is not valid, or the client may not ask",
                Body::Object,
            ),
            deepl_error(429, "The client asks too often"),
        ],
    },
    Operation {
        method: "post",
        path: "/api/articles",
        summary: "Send an article",
        wants_key: true,
        parameter: None,
        query: None,
        request: &[(MULTIPART, "ArticleFile"), (JSON, "ArticleRequest")],
        answers: &[
            answer(202, "It waits", Body::Json("Created")),
            BAD,
            FORBIDDEN,
            SLOW,
            TOO_LARGE,
            TOO_MANY,
            BUSY,
        ],
    },
    Operation {
        method: "get",
        path: "/api/articles/{name}",
        summary: "An article's state, then its document; with .html, .docx, .txt, .json, .md, .xlsx, .tmx or .xlf \
                  its translation in that format",
        wants_key: true,
        parameter: Some("name"),
        query: None,
        request: &[],
        answers: &[
            ok(Body::Object),
            BAD,
            FORBIDDEN,
            NOT_FOUND,
            NOT_READY,
            TOO_MANY,
        ],
    },
    Operation {
        method: "get",
        path: "/api/articles/{name}/events",
        summary: "An article's states as they change, as server-sent events (JobState)",
        wants_key: true,
        parameter: Some("name"),
        query: None,
        request: &[],
        answers: &[
            ok(Body::Of("text/event-stream")),
            BAD,
            FORBIDDEN,
            NOT_FOUND,
            TOO_MANY,
        ],
    },
    Operation {
        method: "delete",
        path: "/api/articles/{name}",
        summary: "Forget an article; if it is not translated yet, it will not be",
        wants_key: true,
        parameter: Some("name"),
        query: None,
        request: &[],
        answers: &[
            answer(204, "It is forgotten", Body::None),
            BAD,
            FORBIDDEN,
            NOT_FOUND,
            TOO_MANY,
        ],
    },
    Operation {
        method: "get",
        path: "/archive/api/search",
        summary: "Search the archive that the server shows: sentences that have the words, or articles",
        wants_key: true,
        parameter: None,
        query: Some("SearchRequest"),
        request: &[],
        answers: &[
            ok(Body::Json("SearchAnswer")),
            BAD,
            FORBIDDEN,
            error(404, "The server shows no archive"),
            TOO_MANY,
            error(500, "The archive cannot be read"),
            error(503, "The archive is busy; see Retry-After"),
        ],
    },
];
