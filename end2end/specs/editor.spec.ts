import type { BrowserContext, Page } from '@playwright/test';
import { chooseMedia, createAdministrator, expectKept, linkNumber, open, syncGroups, uploadImage } from '../support/actions';
import { png } from '../support/image';
import { expect, test, type World } from '../support/world';

function text(page: Page) {
  return page.getByRole('textbox', { name: /^(Texto|Legenda)$/ });
}

async function newCampaign(page: Page, world: World, name: string): Promise<void> {
  await open(page, world, '/campanhas/nova');
  await page.getByLabel('Nome da campanha').fill(name);
}

/** The page of the campaign that keeps itself, once it has an address of its own. */
async function address(page: Page): Promise<string> {
  await expectKept(page);
  await expect(page).toHaveURL(/\/campanhas\/[0-9a-f-]{36}$/);
  return new URL(page.url()).pathname;
}

async function withoutScript(page: Page, open: (context: BrowserContext) => Promise<void>): Promise<void> {
  const browser = page.context().browser();
  if (!browser) throw new Error('there is no browser');
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  await open(context);
  await context.close();
}

test('a draft says when it was saved, and a page with something unsaved asks before it goes', async ({ page, world }) => {
  await createAdministrator(page, world);
  await newCampaign(page, world, 'Fornada');
  await expect(page.getByText('Alterações não salvas')).toBeVisible();
  await address(page);
  await expect(page.getByText(/^Salvo há \d+ s$/)).toBeVisible();

  // What is saved can be left without a word.
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void (dialog.type() === 'confirm' && asked.length === 1 ? dialog.dismiss() : dialog.accept());
  });
  await page.getByRole('link', { name: 'Mídias' }).first().click();
  await expect(page.getByRole('heading', { name: 'Mídias', level: 1 })).toBeVisible();
  expect(asked).toEqual([]);

  // What was just written is not.
  await newCampaign(page, world, 'Aviso');
  await address(page);
  await text(page).fill('ainda não');
  await page.getByRole('link', { name: 'Mídias' }).first().click();
  await expect(page.getByRole('heading', { name: 'Aviso', level: 1 }).or(page.getByRole('heading', { name: 'Nova campanha' }))).toBeVisible();
  expect(asked).toEqual(['confirm']);
  await text(page).fill('ainda não mesmo');
  await page.getByRole('link', { name: 'Mídias' }).first().click();
  await expect(page.getByRole('heading', { name: 'Mídias', level: 1 })).toBeVisible();
  expect(asked).toEqual(['confirm', 'confirm']);
});

test.describe('while the server is out of reach', () => {
  test.use({ serverGoesDown: true });

  test('a draft that could not be saved says so and is saved by a click', async ({ page, world }) => {
    await createAdministrator(page, world);
    await newCampaign(page, world, 'Fornada');
    await address(page);
    await world.stop();
    await text(page).fill('escrito sem servidor');
    await expect(page.getByText(/^Não foi possível salvar\./).first()).toBeVisible();
    await world.start();
    await page.getByRole('button', { name: 'Tentar de novo' }).click();
    await expectKept(page);
    await page.reload();
    await expect(text(page)).toHaveValue('escrito sem servidor');
  });
});

test.describe('two tabs', () => {
  test.use({ serverRefuses: true });

  test('neither overwrites the other without asking @both', async ({ page, world }) => {
    await createAdministrator(page, world);
    await newCampaign(page, world, 'Fornada');
    const path = await address(page);
    await open(page, world, path);
    const other = await page.context().newPage();
    await open(other, world, path);
    const notice = (tab: Page) => tab.getByRole('alert').filter({ hasText: 'Esta campanha foi alterada em outra aba' });

    await text(other).fill('da outra aba');
    await expectKept(other);
    // It is told at once, and nothing here is kept meanwhile.
    await expect(notice(page)).toBeVisible();
    await text(page).fill('desta aba');
    await expect(page.getByText('Alterações não salvas')).toBeVisible();
    await page.getByRole('button', { name: 'Salvar', exact: true }).click();
    await expect(notice(page)).toBeVisible();
    await expect(text(page)).toHaveValue('desta aba');
    await notice(page).getByRole('button', { name: 'Ficar com o meu' }).click();
    await expect(notice(page)).toBeHidden();
    await expectKept(page);

    await expect(notice(other)).toBeVisible();
    await text(other).fill('isto se perde de propósito');
    await notice(other).getByRole('button', { name: 'Carregar o que está salvo' }).click();
    await other.locator('html[data-hydrated]').waitFor({ state: 'attached' });
    await expect(text(other)).toHaveValue('desta aba');
    await expect(notice(other)).toHaveCount(0);
    // From here on both write on the same copy.
    await text(other).fill('e agora esta');
    await expectKept(other);
    await other.close();
  });
});

test('an emoji is looked for in Portuguese, written at the caret, and taken back', async ({ page, world }) => {
  await createAdministrator(page, world);
  await newCampaign(page, world, 'Fornada');
  await text(page).fill('Saiu do forno: quentinho');
  await text(page).evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(15, 15));
  await page.getByRole('button', { name: 'Emojis' }).click();
  const choice = page.getByRole('dialog', { name: 'Emojis' });
  await choice.getByRole('searchbox', { name: 'Buscar emoji' }).fill('pao frances');
  await page.keyboard.press('ArrowDown');
  await expect(choice.getByRole('button', { name: 'baguete' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(text(page)).toHaveValue('Saiu do forno: 🥖quentinho');
  await expect(page.locator('.bubble')).toContainText('🥖');
  await page.keyboard.press('Escape');
  await expect(choice).toBeHidden();
  await expect(text(page)).toBeFocused();
  await page.keyboard.type(' ');
  await page.keyboard.press('Control+Z');
  await page.keyboard.press('Control+Z');
  await expect(text(page)).toHaveValue('Saiu do forno: quentinho');

  // Formatting can be taken back, too.
  await text(page).evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(0, 4));
  await page.keyboard.press('Control+B');
  await expect(text(page)).toHaveValue('*Saiu* do forno: quentinho');
  await page.keyboard.press('Control+Z');
  await expect(text(page)).toHaveValue('Saiu do forno: quentinho');

  await page.getByRole('button', { name: 'Emojis' }).click();
  await expect(choice.getByRole('button', { name: 'Recentes' })).toHaveAttribute('aria-pressed', 'true');
  await expect(choice.getByRole('button', { name: 'baguete' })).toBeVisible();
  await choice.getByRole('button', { name: 'Bandeiras' }).click();
  await choice.getByRole('button', { name: 'bandeira: Brasil' }).click();
  await expect(text(page)).toHaveValue(/🇧🇷/);
});

test('what cannot be read is marked, and its sentence leads there', async ({ page, world }) => {
  await createAdministrator(page, world);
  await newCampaign(page, world, 'Fornada');
  await text(page).fill('Olá {{nome}}!\n👋 Temos {pão|bolo');
  await expect(page.locator('.text-marks mark')).toHaveText(['{{nome}}', '{']);
  await expect(text(page)).toHaveAttribute('aria-invalid', 'true');
  const selected = () =>
    text(page).evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd));
  await page.getByRole('button', { name: /^Linha 2, posição 9: esta chave abre e não fecha/ }).click();
  await expect(text(page)).toBeFocused();
  expect(await selected()).toBe('{');
  await page.getByRole('button', { name: /^Linha 1, posição 5: esta variável não existe/ }).click();
  expect(await selected()).toBe('{{nome}}');
  await page.keyboard.type('{{grupo}}');
  await text(page).press('Control+End');
  await page.keyboard.type('}');
  await expect(page.locator('.text-marks mark')).toHaveCount(0);
  await expect(text(page)).not.toHaveAttribute('aria-invalid', 'true');
});

test.describe('a lost connection', () => {
  test.use({ serverRefuses: true });

  test('a connection that is removed takes its groups with it at once', async ({ page, world }) => {
    const [store, branch] = [await world.network.addPhone('Celular da loja'), await world.network.addPhone('Celular da filial')];
    await world.network.addGroup(store, 'Clientes', 3);
    await world.network.addGroup(branch, 'Bairro', 3);
    await createAdministrator(page, world);
    await linkNumber(page, world, branch, 'Filial');
    await linkNumber(page, world, store);
    await syncGroups(page, world, ['Bairro']);
    await open(page, world, '/grupos');
    await page.getByLabel('Conexão', { exact: true }).selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Sincronizar grupos' }).click();
    await expect(page.getByText('Clientes', { exact: true })).toBeVisible();

    const choose = async (name: string) => {
      const connection = page.getByLabel('Conexão', { exact: true }).first();
      await connection.selectOption(await connection.locator('option', { hasText: name }).getAttribute('value'));
    };
    await newCampaign(page, world, 'Aviso');
    await choose('Loja');
    await page.getByRole('checkbox', { name: /^Clientes/ }).check();
    await expect(page.getByRole('heading', { name: 'Grupos 1 selecionado' })).toBeVisible();
    const path = await address(page);
    await open(page, world, path);
    await expect(page.getByRole('heading', { name: 'Grupos 1 selecionado' })).toBeVisible();

    const other = await page.context().newPage();
    await open(other, world, '/conexoes');
    await other.getByRole('link', { name: 'Abrir Loja' }).click();
    await other.getByRole('button', { name: /Remover/ }).first().click();
    await other.getByRole('dialog').getByRole('button', { name: /Remover/ }).click();
    await expect(other.getByRole('heading', { name: 'Conexões', level: 1 })).toBeVisible();
    await other.close();

    await expect(page.getByText('A conexão desta campanha não existe mais. Selecione outra.')).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Grupos nenhum selecionado' })).toBeVisible();
    await page.reload();
    await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
    await expect(page.getByText('A conexão desta campanha não existe mais. Selecione outra.')).toBeVisible();

    // The groups of another one are loaded, once more if that fails.
    let fails = true;
    await page.route('**/api/groups', (route) => (fails ? route.fulfill({ status: 409, body: JSON.stringify({ error: 'store_unavailable' }) }) : route.continue()));
    await choose('Filial');
    await expect(page.getByText('Não foi possível carregar os grupos.')).toBeVisible();
    await expect(page.getByRole('checkbox', { name: /^Clientes/ })).toHaveCount(0);
    fails = false;
    await page.getByRole('button', { name: 'Tentar de novo' }).click();
    await page.getByRole('checkbox', { name: /^Bairro/ }).check();
    await expect(page.getByRole('heading', { name: 'Grupos 1 selecionado' })).toBeVisible();
    await expect(page.getByText('A conexão desta campanha não existe mais.')).toHaveCount(0);
    await expectKept(page);
  });
});

test('variants and connections come and go before the page is alive', async ({ page, world }) => {
  await createAdministrator(page, world);
  await uploadImage(page, world, 'vitrine.png', png(64, 48));
  await withoutScript(page, async (context) => {
    const plain = await context.newPage();
    await plain.goto(`${world.url}/campanhas/nova`);
    await plain.getByLabel('Nome da campanha').fill('Fornada');
    await plain.getByRole('textbox', { name: 'Texto' }).fill('100% quentinho + barato');
    await plain.locator('summary', { hasText: 'Escolher mídia' }).first().click();
    await plain.getByRole('radio', { name: 'vitrine.png' }).first().check({ force: true });
    await plain.getByRole('button', { name: 'Adicionar variante' }).click();
    await expect(plain.getByText('Variante 2')).toBeVisible();
    const texts = plain.locator('textarea');
    await expect(texts).toHaveCount(2);
    await expect(texts.first()).toHaveValue('100% quentinho + barato');
    await texts.nth(1).fill('a segunda');
    await plain.getByRole('button', { name: 'Duplicar' }).click();
    await expect(texts).toHaveCount(3);
    await plain.getByRole('button', { name: 'Remover variante' }).last().click();
    await expect(texts).toHaveCount(2);
    await plain.getByRole('button', { name: 'Salvar', exact: true }).click();
    await expect(plain.getByRole('heading', { name: 'Fornada', level: 1 })).toBeVisible();
    await expect(texts.nth(1)).toHaveValue('a segunda');
    await expect(plain.getByRole('img', { name: /vitrine\.png/ }).first()).toBeVisible();
    // What is refused is not lost.
    await texts.first().fill('continua aqui');
    await plain.getByLabel('Nome da campanha').fill('   ');
    await plain.getByRole('button', { name: 'Salvar', exact: true }).click();
    await expect(plain.getByText('Dê um nome à campanha.')).toBeVisible();
    await expect(texts.first()).toHaveValue('continua aqui');
  });
});
