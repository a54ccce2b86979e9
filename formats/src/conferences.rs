pub fn reader() -> crate::ris::Ris {
    crate::ris::reader()
}
