import { createAdministrator, linkNumber, open, startCampaign, syncGroups, writeCampaign } from '../support/actions';
import { expect, test } from '../support/world';

test('what failed is sent again, once, and the run tells it all', async ({ page, world }) => {
  const phone = await world.network.addPhone('Celular da loja');
  const groups = ['Clientes', 'Encomendas', 'Equipe'];
  const created = [];
  for (const group of groups) created.push(await world.network.addGroup(phone, group, 3));
  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  await syncGroups(page, world, groups);
  await world.network.fault({ fault: 'nack', code: 499, chat: created[1].jid, next: 1 });
  await writeCampaign(page, world, { name: 'Fornada', text: 'Saiu do forno' });
  await startCampaign(page);
  await expect(page.locator('main .badge').filter({ hasText: /^Concluída com falhas$/ }).first()).toBeVisible();

  await page.getByRole('link', { name: /^Falharam/ }).click();
  await expect(page).toHaveURL(/estado=falhas/);
  await expect(page.getByRole('cell', { name: 'Encomendas' })).toBeVisible();
  await expect(page.getByRole('cell', { name: 'Clientes' })).toHaveCount(0);

  await page.getByRole('button', { name: 'Reenviar falhas (1)' }).click();
  await expect(page.locator('main .badge').filter({ hasText: /^Concluída$/ }).first()).toBeVisible();
  await expect.poll(async () => {
    const messages = await world.network.messages();
    return messages.filter((message) => message.shown_by.length > 0).length;
  }).toBe(groups.length);

  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Baixar CSV' }).click()]);
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
});

test('a draft keeps itself, and Ctrl+S saves', async ({ page, world }) => {
  const phone = await world.network.addPhone('Celular da loja');
  await world.network.addGroup(phone, 'Clientes', 3);
  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  await syncGroups(page, world, ['Clientes']);
  await writeCampaign(page, world, { name: 'Fornada', text: 'Saiu do forno' });
  await expect(page.getByText(/^Salvo (agora|há)/)).toBeVisible();
  await expect(page).toHaveURL(/\/campanhas\/[0-9a-f-]{36}$/);
  await page.reload();
  await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
  await expect(page.getByLabel('Nome da campanha')).toHaveValue('Fornada');
  await expect(page.getByRole('textbox', { name: /Texto|Legenda/ })).toHaveValue('Saiu do forno');

  await page.getByLabel('Nome da campanha').fill('Fornada da tarde');
  await page.keyboard.press('Control+s');
  await expect(page.getByRole('heading', { name: /Fornada da tarde/ })).toBeVisible();
  await open(page, world, '/campanhas');
  await expect(page.getByRole('link', { name: 'Fornada da tarde' })).toHaveCount(1);
  await expect(page.getByRole('link', { name: /^Fornada/ })).toHaveCount(1);
});

test('each group gets its own words, and the look before the start shows them', async ({ page, world }) => {
  const phone = await world.network.addPhone('Celular da loja');
  const groups = ['Clientes', 'Encomendas'];
  for (const group of groups) await world.network.addGroup(phone, group, 3);
  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  await syncGroups(page, world, groups);
  await writeCampaign(page, world, { name: 'Fornada', text: '{Oi|Olá}, {{grupo}}!' });
  await page.getByRole('button', { name: 'Iniciar campanha' }).click();
  await expect(page.getByRole('heading', { name: 'Conferência' })).toBeVisible();
  await expect(page.getByText('2 grupos recebem a mensagem.')).toBeVisible();
  await expect(page.getByText(/^(Oi|Olá), Clientes!$/)).toBeVisible();
  await page.getByRole('button', { name: 'Iniciar agora' }).click();
  await expect(page.locator('main .badge').filter({ hasText: /^Concluída$/ }).first()).toBeVisible();
  const texts = (await world.network.messages()).map((message) => message.text ?? '').sort();
  expect(texts.some((text) => /^(Oi|Olá), Clientes!$/.test(text))).toBe(true);
  expect(texts.some((text) => /^(Oi|Olá), Encomendas!$/.test(text))).toBe(true);
});
