//! What the program says of itself while it works.

/// How long the file that it reads plays, in milliseconds: a line such as `Duration: 00:01:02.50, start: …`.
/// Files that were recorded as they came do not tell (`N/A`).
pub(super) fn duration_ms(said: &str) -> Option<u64> {
    let (_, after) = said.split_once("Duration: ")?;
    let (clock, _) = after.split_once(',')?;
    let mut parts = clock.split(':');
    let (hours, minutes) = (parts.next()?, parts.next()?);
    let (seconds, hundredths) = parts.next()?.split_once('.')?;
    let number = |text: &str| text.parse::<u64>().ok();
    let minutes = number(hours)?
        .checked_mul(60)?
        .checked_add(number(minutes)?)?;
    let seconds = minutes.checked_mul(60)?.checked_add(number(seconds)?)?;
    seconds
        .checked_mul(1000)?
        .checked_add(number(hundredths)?.checked_mul(10)?)
}

/// How far it is, in milliseconds of the result: the last `out_time_us=…` of what `-progress` writes.
pub(super) fn done_ms(progress: &str) -> Option<u64> {
    let mut lines = progress.lines().rev();
    lines.find_map(|line| {
        let micros = line.strip_prefix("out_time_us=")?;
        Some(micros.trim().parse::<u64>().ok()? / 1000)
    })
}

/// The version, of the first line that `-version` writes.
pub(super) fn version(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("ffmpeg version ")?;
    rest.split_whitespace().next()
}

/// Whether `-encoders` lists this one: a line such as ` V....D libx264              H.264 …`.
pub(super) fn has_encoder(list: &str, encoder: &str) -> bool {
    let mut lines = list.lines();
    lines.any(|line| line.split_whitespace().nth(1) == Some(encoder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says_is_understood_or_passed_over() {
        let said =
            "Input #0, matroska,webm, from 'x':\n  Duration: 01:02:03.40, start: 0.000000, bitrate";
        assert_eq!(duration_ms(said), Some(3_723_400));
        for other in [
            "",
            "Duration: N/A, start",
            "Duration: 1, 2",
            "Duration: 99999999999999999999:00:00.00,",
        ] {
            assert_eq!(duration_ms(other), None, "{other}");
        }
        let progress =
            "out_time_us=N/A\nframe=1\nout_time_us=1500000\nprogress=continue\nframe=2\n";
        assert_eq!(done_ms(progress), Some(1_500));
        assert_eq!(done_ms("frame=1\n"), None);
        let first = "ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000";
        assert_eq!(version(first), Some("5.1.9-0+deb12u1"));
        assert_eq!(version("busybox"), None);
        let list = " Encoders:\n V....D libx264              libx264 H.264\n A....D aac    AAC";
        assert!(has_encoder(list, "libx264") && has_encoder(list, "aac"));
        assert!(!has_encoder(list, "libopus"));
    }
}
