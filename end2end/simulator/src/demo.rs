//! What a demonstration begins with: a phone and some groups.

use crate::control::{Control, ControlError, NewGroup, NewPhone, Owner};
use crate::network::{Addressing, AutomaticReceipts};

/// Subject, size, addressing mode, whether only administrators send, whether the phone is one.
type Furniture = (&'static str, usize, Addressing, bool, bool);

const GROUPS: [Furniture; 12] = [
    ("Avisos do bairro", 48, Addressing::Lid, false, true),
    ("Clientes 1", 120, Addressing::Lid, false, true),
    ("Clientes 2", 96, Addressing::Lid, false, true),
    ("Clientes 3", 64, Addressing::Pn, false, true),
    ("Promoções da semana", 210, Addressing::Lid, false, false),
    ("Equipe da loja", 9, Addressing::Pn, false, true),
    ("Entregas", 14, Addressing::Lid, false, false),
    ("Turma da manhã", 32, Addressing::Lid, false, false),
    ("Turma da tarde", 27, Addressing::Pn, false, false),
    ("Voluntários", 75, Addressing::Lid, false, true),
    ("Pais e mães", 41, Addressing::Lid, false, false),
    ("Comunicados oficiais", 180, Addressing::Lid, true, false),
];

/// Puts one phone and twelve groups into a network that has no phone yet, and lets members give
/// receipts by themselves. One of the groups accepts messages of administrators only, and the
/// phone is none there.
pub async fn furnish(control: &Control) -> Result<(), ControlError> {
    if !control.phones().await.is_empty() {
        return Ok(());
    }
    let phone = NewPhone {
        pn: None,
        name: "Celular de demonstração".to_owned(),
    };
    let pn = control.add_phone(phone).await?.pn;
    for (subject, size, addressing_mode, announce, admin) in GROUPS {
        let owners = vec![Owner {
            pn: pn.clone(),
            admin,
        }];
        let subject = subject.to_owned();
        let new = NewGroup {
            subject,
            addressing_mode,
            size,
            announce,
            owners,
            ..Default::default()
        };
        control.create_group(new).await?;
    }
    let policy = AutomaticReceipts {
        delivered: 0.95,
        read: 0.7,
        delay_ms: 12_000,
    };
    control.set_automatic_receipts(policy).await
}
