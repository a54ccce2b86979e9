//! Channels: their labels and slugs.

use crate::graph::identifier::slug;

/// How a platform writes its own name.
fn platform_name(platform: &str) -> String {
    match platform {
        "LINKEDIN" => "LinkedIn".to_owned(),
        "YOUTUBE" => "YouTube".to_owned(),
        "RSS" => "RSS".to_owned(),
        other => {
            let mut name = other.to_lowercase();
            if let Some(first) = name.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            name
        }
    }
}

/// "Twitter @handle", or the platform alone.
pub fn label(platform: &str, handle: Option<&str>) -> String {
    let name = platform_name(platform);
    match handle {
        Some(handle) => format!("{name} @{handle}"),
        None => name,
    }
}

/// Owner and platform, and the handle where the owner has several channels there.
pub fn slug_of(owner: &str, platform: &str, handle: Option<&str>, is_one_of_several: bool) -> String {
    match handle {
        Some(handle) if is_one_of_several => slug(&format!("{owner} {platform} {handle}")),
        _ => slug(&format!("{owner} {platform}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_slugs_name_platform_and_owner() {
        assert_eq!(label("TWITTER", Some("iso")), "Twitter @iso");
        assert_eq!(label("YOUTUBE", None), "YouTube");
        assert_eq!(slug_of("iso", "TWITTER", Some("isostandards"), false), "iso-twitter");
        assert_eq!(slug_of("iso", "TWITTER", Some("ISO_standards"), true), "iso-twitter-iso-standards");
    }
}
