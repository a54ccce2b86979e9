//! Instruments and their parties.

use entity::instrument;

use super::country::PartyEdge;
use super::issue::Issue;
use super::organisation::Organisation;
use super::vocabulary::InstrumentKind;
use super::{int, record};
use crate::graph::kinds;
use crate::graphql::connection::Edge;
use crate::graphql::scalars::Markdown;

record! {
    /// A treaty, agreement, convention, regulation or another instrument.
    Instrument(instrument::Model) of &kinds::INSTRUMENT, {
        /// The name.
        async fn name(&self) -> &str {
            &self.0.name
        }

        /// The acronym or short name.
        async fn acronym(&self) -> Option<&str> {
            self.0.acronym.as_deref()
        }

        /// What kind of instrument it is.
        async fn kind(&self) -> InstrumentKind {
            self.0.kind.into()
        }

        /// The year of adoption.
        async fn adopted_year(&self) -> Option<i32> {
            self.0.adopted_year.map(int)
        }

        /// What it is about.
        async fn description(&self) -> Option<Markdown> {
            self.0.description.clone().map(Markdown)
        }

        /// How many parties a source says it has; `parties.totalCount` counts those listed here.
        async fn stated_party_count(&self) -> Option<i32> {
            self.0.stated_party_count.map(int)
        }
    }
    ordered {
        /// Organisations in whose care it is, by label.
        custodians: Edge<Organisation> = &kinds::INSTRUMENT_CUSTODIANS;
        /// Issues that it is about, by label.
        issues: Edge<Issue> = &kinds::INSTRUMENT_ISSUES;
    }
    paged {
        /// Countries and territories that are listed as parties, by name; pages of up to 250.
        parties: PartyEdge = &kinds::INSTRUMENT_PARTIES;
    }
}
