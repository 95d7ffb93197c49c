//! Videos and sounds in formats that only ffmpeg writes, made by it.

use std::process::{Command, Stdio};

/// A picture that changes and a tone, for so many seconds.
const PICTURE: &str = "testsrc=size=320x240:rate=10";
const TONE: &str = "sine=frequency=440";

/// `WebM`: VP8 and Opus.
pub fn webm(seconds: u32) -> Vec<u8> {
    film(seconds, "-c:v libvpx -c:a libopus", "webm")
}

/// `WebM` that takes a while to convert: noise, of which nothing can be guessed.
pub fn long_webm() -> Vec<u8> {
    let input = "-f lavfi -i testsrc=size=640x480:rate=10 -t 40 -f webm -c:v libvpx -b:v 4M";
    made(
        input,
        &[
            "-vf",
            "noise=alls=60:allf=t",
            "-deadline",
            "realtime",
            "-cpu-used",
            "8",
        ],
    )
}

/// MOV: H.264 and AAC, which WhatsApp plays in an MP4.
pub fn mov(seconds: u32) -> Vec<u8> {
    let codecs = "-c:v libx264 -pix_fmt yuv420p -c:a aac -metadata location=-23.5505-046.6333/";
    film(seconds, codecs, "mov")
}

/// MP4 with H.264 and AAC.
pub fn h264(seconds: u32) -> Vec<u8> {
    let codecs = "-c:v libx264 -pix_fmt yuv420p -c:a aac";
    film(seconds, codecs, "mp4")
}

/// MP4 with MPEG-4 Part 2, in which WhatsApp plays nothing.
pub fn mpeg4(seconds: u32) -> Vec<u8> {
    film(seconds, "-c:v mpeg4 -c:a aac", "mp4")
}

/// AVI.
pub fn avi(seconds: u32) -> Vec<u8> {
    film(seconds, "-c:v mpeg4 -c:a pcm_s16le", "avi")
}

/// A tone for so many seconds, in a format that ffmpeg knows by this name.
pub fn tone(seconds: u32, format: &str) -> Vec<u8> {
    let input = format!("-f lavfi -i {TONE} -t {seconds} -ac 1 -f {format}");
    made(&input, &[])
}

/// Half a second of silence, half a second of a tone, and so on: Opus in Ogg.
pub fn beeps(seconds: u32) -> Vec<u8> {
    let input = format!("-f lavfi -i {TONE} -t {seconds}");
    let gate = "volume='if(lt(mod(t,1),0.5),0,1)':eval=frame";
    made(&input, &["-af", gate, "-c:a", "libopus", "-f", "ogg"])
}

/// A GIF of so many pictures; of more than one it moves.
pub fn gif(pictures: u32) -> Vec<u8> {
    let input = format!("-f lavfi -i testsrc=size=33x21:rate=10 -frames:v {pictures} -f gif");
    made(&input, &[])
}

fn film(seconds: u32, codecs: &str, format: &str) -> Vec<u8> {
    let input =
        format!("-f lavfi -i {PICTURE} -f lavfi -i {TONE} -t {seconds} {codecs} -f {format}");
    made(&input, &[])
}

/// What ffmpeg writes to a file when it is told this.
fn made(arguments: &str, more: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("made");
    let ran = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error"])
        .args(arguments.split_whitespace())
        .args(more)
        .arg(&file)
        .stdin(Stdio::null())
        .status();
    let status = ran.expect("ffmpeg is installed: `make setup` does it");
    assert!(status.success(), "{arguments}");
    std::fs::read(file).unwrap()
}
