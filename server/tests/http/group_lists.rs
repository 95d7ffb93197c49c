//! Lists of groups, as a browser without script makes and changes them.

use arauto_app::domain::*;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::browser::{Browser, EMAIL, leads_to};
use crate::server::Server;

const OTHER_NUMBER: [u8; 10] = [7; 10];

/// A server whose administrator has a connection with six groups: the last one is closed to us, the
/// one before it is gone.
struct Shop {
    server: Server,
    browser: Browser,
    workspace: WorkspaceId,
    connection: ConnectionId,
}

impl Shop {
    async fn open() -> Self {
        let server = Server::start().await;
        let browser = server.administrator().await;
        let user = server.store.accounts.user_by_email(EMAIL).await.unwrap();
        let workspace = user.unwrap().0.workspace;
        let connection = ConnectionId::new(server.now(), [1; 10]);
        let shop = Self {
            server,
            browser,
            workspace,
            connection,
        };
        let store = &shop.server.store;
        store.connections.insert(&shop.row()).await.unwrap();
        let mut groups: Vec<_> = (1..=6).map(|number| shop.group(number)).collect();
        groups[4].standing = GroupStanding::Gone;
        groups[5].announce_only = true;
        store.groups.put(workspace, &groups).await.unwrap();
        shop
    }

    fn row(&self) -> Connection {
        let now = self.server.now();
        Connection {
            id: self.connection,
            workspace: self.workspace,
            name: "Loja".into(),
            phone: None,
            state: ConnectionState::Online,
            state_since: now,
            linked_at: Some(now),
            phone_seen_at: None,
            groups_synced_at: Some(now),
            after_outage: AfterOutage::default(),
            able_at: None,
            outage: None,
            pace: None,
            restriction: None,
            created_at: now,
        }
    }

    fn group(&self, number: u32) -> Group {
        Group {
            connection: self.connection,
            jid: jid(number).parse().unwrap(),
            subject: format!("Clientes {number}"),
            participants: 5,
            announce_only: false,
            is_admin: false,
            addressing_mode: AddressingMode::Lid,
            community: None,
            standing: GroupStanding::Member,
            synced_at: self.server.now(),
        }
    }

    /// Sends the form around the groups; tells where it leads.
    async fn gather(&self, fields: &[(&str, &str)]) -> String {
        let connection = self.connection.to_string();
        let mut form = vec![("form[connection]", connection.as_str())];
        form.extend(fields);
        let request = self.browser.form("/api/gather-groups").form(&form);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FOUND);
        leads_to(&answer).to_owned()
    }

    /// Makes a list of two groups.
    async fn list(&self, name: &str) -> GroupListId {
        let (one, two) = (jid(1), jid(2));
        let form = [
            ("form[groups][]", one.as_str()),
            ("form[groups][]", &two),
            ("form[name]", name),
            ("form[then]", "create"),
        ];
        let page = self.gather(&form).await;
        page.rsplit('/').next().unwrap().parse().unwrap()
    }

    async fn stored(&self, id: GroupListId) -> Option<GroupList> {
        let lists = &self.server.store.group_lists;
        lists.get(self.workspace, id).await.unwrap()
    }

    /// The groups of a list by their numbers.
    async fn numbers(&self, id: GroupListId) -> Vec<u32> {
        let groups = self.stored(id).await.unwrap().groups;
        let number = |jid: &GroupJid| (1..=6).find(|number| jid.as_str() == self::jid(*number));
        groups.iter().filter_map(number).collect()
    }

    /// Sends a form by script; tells what is wrong with it.
    async fn refusal(&self, endpoint: &str, form: &[(&str, &str)]) -> Value {
        let request = self.browser.post(&format!("/api/{endpoint}")).form(form);
        let answer = request.send().await.unwrap();
        assert!(!answer.status().is_success(), "{endpoint} {form:?}");
        answer.json().await.unwrap()
    }
}

fn jid(number: u32) -> String {
    format!("12036304000000000{number}@g.us")
}

/// As deep as a page's view is nested, an unoptimised build needs more stack than a test's thread
/// has; the program's own threads have as much.
fn with_room(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_stack_size(16 << 20)
        .enable_all()
        .build();
    runtime.unwrap().block_on(test);
}

#[test]
fn a_list_is_made_filled_renamed_and_deleted_by_forms() {
    with_room(async {
        let shop = Shop::open().await;
        let others = format!("{} {} nada", jid(5), jid(6));
        let strange = "120363999999999999@g.us";
        let form = [
            ("form[groups][]", &*jid(2)),
            ("form[groups][]", strange),
            ("form[others]", &others),
            ("form[name]", "  Clientes  do bairro "),
            ("form[then]", "create"),
        ];
        let page = shop.gather(&form).await;
        let id: GroupListId = page
            .strip_prefix("/grupos/listas/")
            .unwrap()
            .parse()
            .unwrap();
        let html = shop.browser.open(&page).await.text().await.unwrap();
        for words in [
            "Clientes do bairro",
            "Loja · 3 grupos · Ainda não usada",
            "1 recebe",
            "1 só de administradores",
            "1 fora do grupo",
            "Nenhuma campanha usa esta lista.",
        ] {
            assert!(html.contains(words), "{words} is missing");
        }

        // All that a search finds, but those that do not take messages.
        let list = id.to_string();
        let form = [
            ("form[text]", "CLIENTES"),
            ("form[kind]", "todos"),
            ("form[all]", "true"),
            ("form[list]", &list),
            ("form[then]", "add"),
        ];
        assert_eq!(shop.gather(&form).await, page);
        assert_eq!(shop.numbers(id).await, [2, 5, 6, 1, 3, 4]);

        let (five, six) = (jid(5), jid(6));
        let out = [("id", &*list), ("groups[]", &*five), ("groups[]", &*six)];
        let forms = [
            ("take-out-of-group-list", &out[..]),
            (
                "rename-group-list",
                &[("id", &*list), ("name", "Vizinhança")],
            ),
        ];
        for (endpoint, form) in forms {
            let request = shop.browser.form(&format!("/api/{endpoint}")).form(form);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::FOUND, "{endpoint}");
        }
        assert_eq!(shop.numbers(id).await, [2, 1, 3, 4]);
        assert_eq!(shop.stored(id).await.unwrap().name, "Vizinhança");

        let request = shop.browser.form("/api/delete-group-list");
        let answer = request.form(&[("id", &list)]).send().await.unwrap();
        let lists = format!("/grupos/listas?conexao={}", shop.connection);
        assert_eq!(leads_to(&answer), lists);
        assert_eq!(shop.stored(id).await, None);
        let gone = shop.refusal("group-list", &[("id", &list)]).await;
        assert_eq!(
            gone,
            json!({ "error": "not_found", "detail": "group_list" })
        );
    });
}

#[tokio::test]
async fn what_is_wrong_with_a_list_is_told() {
    let shop = Shop::open().await;
    shop.list("Clientes do Pão").await;
    let other = shop.list("Outros").await;
    let connection = shop.connection.to_string();
    let one = jid(1);
    let too_long = "ã".repeat(GROUP_LIST_NAME_MAX_CHARS + 1);
    let names = [
        (" \t", "name_missing"),
        (&too_long, "name_too_long"),
        ("clientes DO pao", "name_taken"),
    ];
    let problem = |problem: &str| json!({ "error": "group_list", "detail": problem });
    for (name, expected) in names {
        let form = [
            ("form[connection]", connection.as_str()),
            ("form[groups][]", &one),
            ("form[name]", name),
        ];
        let refusal = shop.refusal("gather-groups", &form).await;
        assert_eq!(refusal, problem(expected));
        let form = [("id", &*other.to_string()), ("name", name)];
        let refusal = shop.refusal("rename-group-list", &form).await;
        assert_eq!(refusal, problem(expected));
    }
    let form = [
        ("form[connection]", connection.as_str()),
        ("form[groups][]", "120363999999999999@g.us"),
        ("form[name]", "Ninguém"),
    ];
    let refusal = shop.refusal("gather-groups", &form).await;
    assert_eq!(refusal, problem("groups_missing"));
    let form = [("id", &*other.to_string())];
    let refusal = shop.refusal("take-out-of-group-list", &form).await;
    assert_eq!(refusal, problem("groups_missing"));
    let lists = &shop.server.store.group_lists;
    let lists = lists.list(shop.workspace, shop.connection).await.unwrap();
    let names: Vec<_> = lists.iter().map(|list| &*list.name).collect();
    assert_eq!(names, ["Clientes do Pão", "Outros"]);
}

#[test]
fn a_list_stays_while_an_active_campaign_uses_it_and_leaves_the_others() {
    with_room(async {
        let shop = Shop::open().await;
        let id = shop.list("Clientes").await;
        let campaigns = &shop.server.store.campaigns;
        let campaign = |name: &str, number, state| Campaign {
            id: CampaignId::new(shop.server.now(), [number; 10]),
            workspace: shop.workspace,
            name: name.into(),
            connection: Some(shop.connection),
            lost_connection: false,
            lists: vec![id],
            targets: Vec::new(),
            also: Vec::new(),
            pace: None,
            content: MessageContent::default(),
            others: Vec::new(),
            timing: Timing::default(),
            state,
            past: PastRuns::default(),
            next_at: None,
            created_at: shop.server.now(),
            updated_at: shop.server.now(),
            updated_by: None,
        };
        let active = campaign("Fornada", 1, CampaignState::Active);
        let draft = campaign("Aviso", 2, CampaignState::Draft);
        campaigns.insert(&active).await.unwrap();
        campaigns.insert(&draft).await.unwrap();
        let list = id.to_string();
        let refusal = shop.refusal("delete-group-list", &[("id", &list)]).await;
        let expected = json!({ "error": "group_list_in_use", "detail": ["Fornada"] });
        assert_eq!(refusal, expected);
        let page = format!("/grupos/listas/{id}");
        let html = shop.browser.open(&page).await.text().await.unwrap();
        assert!(html.contains("Estas campanhas ativas enviam para ela: Fornada."));

        let (from, mut to) = (active.standing(), active.standing());
        to.state = CampaignState::Completed;
        let ended = campaigns.move_on(shop.workspace, active.id, &from, &to);
        assert!(ended.await.unwrap());
        let html = shop.browser.open(&page).await.text().await.unwrap();
        assert!(html.contains("Estas campanhas ficam sem ela: Aviso, Fornada."));
        let request = shop.browser.form("/api/delete-group-list");
        let answer = request.form(&[("id", &list)]).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FOUND);
        for campaign in campaigns.list(shop.workspace).await.unwrap() {
            assert_eq!(campaign.lists, [], "{}", campaign.name);
        }
    });
}

#[tokio::test]
async fn lists_of_other_people_are_not_there() {
    let shop = Shop::open().await;
    let now = shop.server.now();
    let theirs = GroupList {
        id: GroupListId::new(now, OTHER_NUMBER),
        workspace: shop.server.other_workspace(),
        connection: ConnectionId::new(now, OTHER_NUMBER),
        name: "Deles".into(),
        groups: vec![jid(1).parse().unwrap()],
        created_at: now,
        updated_at: now,
    };
    let lists = &shop.server.store.group_lists;
    lists.insert(&theirs).await.unwrap();
    let (id, connection) = (theirs.id.to_string(), theirs.connection.to_string());
    let (one, ours) = (jid(1), shop.connection.to_string());
    let missing = json!({ "error": "not_found", "detail": "group_list" });
    let add = [
        ("form[connection]", &*ours),
        ("form[groups][]", &one),
        ("form[list]", &id),
        ("form[then]", "add"),
    ];
    for (endpoint, form) in [
        ("group-list", &[("id", &*id)][..]),
        ("gather-groups", &add),
        ("take-out-of-group-list", &[("id", &id), ("groups[]", &one)]),
        ("rename-group-list", &[("id", &id), ("name", "Nosso")]),
        ("delete-group-list", &[("id", &id)]),
    ] {
        assert_eq!(shop.refusal(endpoint, form).await, missing, "{endpoint}");
    }
    let form = [("connection", &*connection)];
    let refusal = shop.refusal("group-lists", &form).await;
    let expected = json!({ "error": "not_found", "detail": "connection" });
    assert_eq!(refusal, expected);
    let kept = lists.get(theirs.workspace, theirs.id).await.unwrap();
    assert_eq!(kept, Some(theirs));
}
