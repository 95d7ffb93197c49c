//! The faults, and what is expected of each.

use arauto_app::domain::{ConnectionCause, ConnectionState, FailureReason};
use arauto_sim::Fault;

/// A fault and what is expected.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) trouble: Vec<Trouble>,
    /// What the connection's page tells; `None` when nothing of it shows there.
    pub(super) told: Option<Told>,
    pub(super) mend: Mend,
    /// How many deliveries fail, and why; all others arrive.
    pub(super) failing: Option<(u32, FailureReason)>,
    /// Whether the run sends an image.
    pub(super) image: bool,
}

/// Something that happens.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    /// The network misbehaves.
    Network(Fault),
    /// The phone ends the link.
    Unlink,
    /// The phone loses its own network.
    PhoneOffline,
}

/// A state and a part of the sentence that goes with it.
#[derive(Clone, Copy)]
pub(super) struct Told {
    pub(super) state: fn(&ConnectionState) -> bool,
    pub(super) sentence: &'static str,
    /// It shows only once something is sent.
    pub(super) only_by_sending: bool,
}

/// How the fault ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mend {
    /// By itself.
    Nothing,
    /// The network works again.
    Lift,
    /// A person brings the connection back.
    Resume,
    /// The network works again, then a person brings the connection back.
    LiftAndResume,
    /// A person links the phone again.
    LinkAgain,
    /// A person resumes the sending that WhatsApp's restriction paused.
    ResumeSending,
}

impl Case {
    fn new(name: &'static str, faults: Vec<Fault>) -> Self {
        Self {
            name,
            trouble: faults.into_iter().map(Trouble::Network).collect(),
            told: None,
            mend: Mend::Nothing,
            failing: None,
            image: false,
        }
    }

    fn tells(mut self, sentence: &'static str, state: fn(&ConnectionState) -> bool) -> Self {
        self.told = Some(Told {
            state,
            sentence,
            only_by_sending: false,
        });
        self
    }

    fn by_sending(mut self) -> Self {
        self.told = self.told.map(|told| Told {
            only_by_sending: true,
            ..told
        });
        self
    }

    const fn mended_by(mut self, mend: Mend) -> Self {
        self.mend = mend;
        self
    }

    const fn fails(mut self, count: u32, reason: FailureReason) -> Self {
        self.failing = Some((count, reason));
        self
    }

    const fn with_image(mut self) -> Self {
        self.image = true;
        self
    }
}

/// All faults.
pub(super) fn cases() -> Vec<Case> {
    [connections(), logins(), endings(), messages()].concat()
}

fn connections() -> Vec<Case> {
    vec![
        Case::new("the connection is cut", vec![Fault::Drop])
            .tells("A conexão com o WhatsApp caiu", |state| {
                reconnects(state, ConnectionCause::ConnectionLost)
            }),
        Case::new(
            "WhatsApp cannot be reached",
            vec![Fault::Refuse, Fault::Drop],
        )
        .tells("Não foi possível alcançar o WhatsApp", |state| {
            reconnects(state, ConnectionCause::Unreachable)
        })
        .mended_by(Mend::Lift),
        Case::new("silence while TCP stays up", vec![Fault::Silent])
            .tells("O WhatsApp parou de responder", |state| {
                reconnects(state, ConnectionCause::Silence)
            })
            .mended_by(Mend::Lift),
        Case::new("stream error 515, come again", vec![stream_error(515)]).tells("", |state| {
            matches!(state, ConnectionState::Reconnecting { .. })
        }),
        // The library does not tell which error ended the stream.
        Case::new("stream error 503, trouble", vec![stream_error(503)])
            .tells("A conexão com o WhatsApp caiu", |state| {
                reconnects(state, ConnectionCause::ConnectionLost)
            }),
        Case {
            trouble: vec![Trouble::PhoneOffline],
            ..Case::new("the phone is offline", Vec::new())
        },
    ]
}

fn logins() -> Vec<Case> {
    let next = Some(1);
    let refused = |reason| Fault::RefuseLogins {
        reason,
        code: None,
        expire: None,
        next,
    };
    vec![
        Case::new(
            "login refused, later (503)",
            vec![refused(503), Fault::Drop],
        )
        .tells("O WhatsApp está com problemas", |state| {
            reconnects(state, ConnectionCause::ServerTrouble)
        }),
        Case::new(
            "temporary ban of two seconds (402)",
            vec![
                Fault::RefuseLogins {
                    reason: 402,
                    code: Some(102),
                    expire: Some(2),
                    next,
                },
                Fault::Drop,
            ],
        )
        .tells("O WhatsApp bloqueou este número até", |state| {
            matches!(state, ConnectionState::TemporarilyBanned { until: Some(_) })
        }),
        Case::new("banned (403)", vec![refused(403), Fault::Drop])
            .tells("O WhatsApp bloqueou este número", |state| {
                *state == ConnectionState::Banned
            })
            .mended_by(Mend::LiftAndResume),
        Case::new("outdated client (405)", vec![refused(405), Fault::Drop])
            .tells("versão mais nova do Arauto", |state| {
                *state == ConnectionState::ClientOutdated
            })
            .mended_by(Mend::LiftAndResume),
    ]
}

fn endings() -> Vec<Case> {
    let replaced = Fault::StreamError {
        code: None,
        conflict: Some("replaced".into()),
    };
    vec![
        Case::new("replaced by another program", vec![replaced])
            .tells("Outro programa abriu esta mesma sessão", |state| {
                *state == ConnectionState::Replaced
            })
            .mended_by(Mend::Resume),
        Case {
            trouble: vec![Trouble::Unlink],
            ..Case::new("unlinked by the phone", Vec::new())
        }
        .tells("O celular desvinculou este aparelho", |state| {
            *state == ConnectionState::LoggedOut
        })
        .mended_by(Mend::LinkAgain),
        Case::new(
            "unlinked while away (login refused, 401)",
            vec![
                Fault::RefuseLogins {
                    reason: 401,
                    code: None,
                    expire: None,
                    next: Some(1),
                },
                Fault::Drop,
            ],
        )
        .tells("O celular desvinculou este aparelho", |state| {
            *state == ConnectionState::LoggedOut
        })
        .mended_by(Mend::LinkAgain),
    ]
}

fn messages() -> Vec<Case> {
    let nacks = |code, next| Fault::Nack {
        code,
        next: Some(next),
        chat: None,
    };
    let nack = |code| nacks(code, 2);
    let busy = |xmlns: &str| Fault::RefuseQueries {
        code: 429,
        text: "rate-overlimit".into(),
        xmlns: Some(xmlns.into()),
        next: Some(2),
    };
    let upload = |status, next| Fault::RejectUploads {
        status,
        next: Some(next),
    };
    vec![
        Case::new("two acks lost", vec![Fault::LoseAcks { next: Some(2) }])
            .tells("O WhatsApp parou de responder", |state| {
                reconnects(state, ConnectionCause::Silence)
            })
            .by_sending(),
        Case::new(
            "acks late and out of order",
            vec![Fault::DelayAcks { delay_ms: 700 }],
        ),
        Case::new("acks twice", vec![Fault::DuplicateAcks { next: Some(3) }]),
        Case::new("two refused as invalid (479)", vec![nack(479)])
            .fails(2, FailureReason::InvalidMessage),
        Case::new("one refused, restricted (463)", vec![nacks(463, 1)])
            .fails(1, FailureReason::AccountRestricted)
            .mended_by(Mend::ResumeSending),
        Case::new("two refused, not now (503)", vec![nack(503)])
            .tells("O WhatsApp parou de responder", |state| {
                reconnects(state, ConnectionCause::Silence)
            })
            .by_sending(),
        Case::new("queries about groups refused (429)", vec![busy("w:g2")]),
        Case::new("queries about devices refused (429)", vec![busy("usync")]),
        Case::new("uploads fail twice (500)", vec![upload(500, 2)]).with_image(),
        Case::new(
            "uploads are slow",
            vec![Fault::SlowUploads { delay_ms: 1_500 }],
        )
        .with_image(),
    ]
}

fn stream_error(code: u16) -> Fault {
    Fault::StreamError {
        code: Some(code),
        conflict: None,
    }
}

fn reconnects(state: &ConnectionState, why: ConnectionCause) -> bool {
    matches!(state, ConnectionState::Reconnecting { cause: Some(cause), .. } if *cause == why)
}
