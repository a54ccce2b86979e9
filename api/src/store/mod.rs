pub fn is_timeout(_e: &sea_orm::DbErr) -> bool { false }
