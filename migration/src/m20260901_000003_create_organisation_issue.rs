//! Issues, organisations, how the one treats the other, and who works with whom.

use sea_orm_migration::prelude::*;

use crate::backend;
use crate::table::{Table, folded, integer, text};

/// This step of the list.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        backend::create(manager, &tables()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        backend::drop(manager, &tables()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn tables() -> [Table; 4] {
    [
        Table::record("issue")
            .columns(folded("name"))
            .columns([
                text("description").null(),
                text("other_names"),
                integer("parent_id").null().references("issue").indexed(),
            ])
            .index(["updated_at"]),
        Table::record("organisation")
            .columns(folded("name"))
            .columns([
                text("acronym").null(),
                text("acronym_fold").null(),
                text("acronym_sort").null().ordered(),
                text("other_names"),
                integer("established_year").null().ordered(),
                text("stakeholder_group").null().indexed(),
                text("address_text").null(),
                text("address_street").null(),
                text("address_postal_code").null(),
                text("address_locality").null(),
                integer("country_id").null().references("country").indexed(),
                text("website").null(),
                text("summary").null(),
                text("digital_activities").null(),
                text("future_of_meetings").null(),
                text("membership").null(),
            ])
            .index(["updated_at"]),
        Table::versioned("organisation_issue")
            .columns([
                integer("organisation_id").references("organisation"),
                integer("issue_id").references("issue").indexed(),
                text("heading"),
                text("local_term").null(),
                text("text").null(),
                integer("position"),
            ])
            .index(["organisation_id", "position"])
            .unique(["organisation_id", "issue_id", "heading"]),
        Table::versioned("organisation_partner")
            .columns([
                integer("organisation_id").references("organisation"),
                integer("partner_id").references("organisation"),
                text("role"),
                text("note").null(),
            ])
            .index(["organisation_id", "partner_id"])
            .index(["partner_id", "organisation_id"])
            .unique(["organisation_id", "partner_id", "role"]),
    ]
}
