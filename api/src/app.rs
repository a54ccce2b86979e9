use std::sync::Arc;
pub struct Config { pub max_rows: u64 }
pub struct App { pub read: sea_orm::DatabaseConnection, pub config: Config, pub cursor_key: Arc<crate::graph::cursor::CursorKey>, pub schema: crate::graphql::AtlasSchema }
