//! A cron expression is read or told what is wrong with it, and is written as it is read again.
#![no_main]

use arauto_app::domain::CronExpression;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(expression) = text.parse::<CronExpression>() {
        let written = expression.to_string();
        assert_eq!(
            written.parse::<CronExpression>(),
            Ok(expression),
            "{text:?}"
        );
    }
});
