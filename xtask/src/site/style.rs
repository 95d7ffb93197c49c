//! The style sheet: `style/main.css` with everything that it imports, in one file.

use std::path::Path;

use anyhow::{Result, anyhow};
use lightningcss::{
    bundler::{Bundler, FileProvider},
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions},
    targets::{Browsers, Targets},
};

/// The oldest browsers that the styles are written for; newer syntax is translated for them.
const BROWSERS: Browsers = Browsers {
    android: Some(120 << 16),
    chrome: Some(120 << 16),
    edge: Some(120 << 16),
    firefox: Some(121 << 16),
    ie: None,
    ios_saf: Some(17 << 16 | 2 << 8),
    opera: Some(106 << 16),
    safari: Some(17 << 16 | 2 << 8),
    samsung: Some(25 << 16),
};

/// Bundles and minifies a style sheet; its imports keep their order, layers and media.
pub fn bundle(entry: &Path) -> Result<Vec<u8>> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let targets = Targets::from(BROWSERS);
    let mut sheet = bundler
        .bundle(entry)
        .map_err(|error| anyhow!("{}: {error}", entry.display()))?;
    sheet
        .minify(MinifyOptions {
            targets,
            ..MinifyOptions::default()
        })
        .map_err(|error| anyhow!("failed to minify the styles: {error}"))?;
    let printed = sheet
        .to_css(PrinterOptions {
            minify: true,
            targets,
            ..PrinterOptions::default()
        })
        .map_err(|error| anyhow!("failed to print the styles: {error}"))?;
    Ok(printed.code.into_bytes())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn imports_are_bundled_into_their_layers() {
        let folder = tempfile::tempdir().unwrap();
        let main = folder.path().join("main.css");
        fs::write(
            &main,
            "@layer base, page;\n@import \"base.css\" layer(base);\n",
        )
        .unwrap();
        fs::write(folder.path().join("base.css"), "body { color: var(--ink) }").unwrap();
        let css = String::from_utf8(bundle(&main).unwrap()).unwrap();
        assert_eq!(css, "@layer base{body{color:var(--ink)}}@layer page;");
    }

    #[test]
    fn a_missing_import_names_the_style_sheet() {
        let folder = tempfile::tempdir().unwrap();
        let main = folder.path().join("main.css");
        fs::write(&main, "@import \"absent.css\";").unwrap();
        let error = bundle(&main).unwrap_err().to_string();
        assert!(error.contains("main.css"), "{error}");
    }
}
