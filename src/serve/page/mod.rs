//! The page for people at `/`.

use std::sync::Arc;

use axum::Router;
use axum::response::Html;
use axum::routing::get;

use super::app::App;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/", get(page))
}

async fn page() -> Html<&'static str> {
    Html(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>translate</title><p>translate serve</p></html>",
    )
}
