//! HTTP: connections, routes, what every request is checked for, and how it is answered.

mod body;
mod call;
mod connections;
mod error;
mod guard;
mod parameters;
mod prefix;
mod stalled;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use tower_http::catch_panic::CatchPanicLayer;

use super::app::App;
use super::{archive, articles, deepl, libretranslate, page, spec};

pub(super) use body::BodyBudget;
pub(super) use call::{Call, MAX_TEXT_BYTES};
pub(super) use connections::serve;
pub(super) use error::{ApiError, ErrorBody, json};
pub(super) use parameters::{Parameters, Texts};

/// All routes, each request being checked first.
fn router(app: &Arc<App>) -> Router {
    let own = if app.options.translates {
        Router::new()
            .merge(libretranslate::routes())
            .merge(deepl::routes())
            .merge(articles::routes())
            .merge(page::routes())
            .merge(spec::routes())
    } else {
        archive::as_root()
    };
    let routes = own
        .merge(libretranslate::status_routes())
        .merge(archive::routes())
        .fallback(|| async { ApiError::not_found() })
        .method_not_allowed_fallback(|| async {
            ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")
        })
        .with_state(Arc::clone(app));
    routes
        .layer(CatchPanicLayer::custom(|_| {
            use axum::response::IntoResponse;
            ApiError::internal().into_response()
        }))
        .layer(axum::middleware::from_fn_with_state(
            Arc::clone(app),
            guard::guard,
        ))
}
