import {
  createAdministrator, expectState, linkNumber, startCampaign, syncGroups, uploadImage, writeCampaign,
} from '../support/actions';
import { png, sha256 } from '../support/image';
import { expect, test } from '../support/world';

const TEXT = 'Saiu do forno: *pão francês*\n_Retirada até as 17h_';

test('from the first visit to decrypted messages @both', async ({ page, world }) => {
  const phone = await world.network.addPhone('Celular da loja');
  const subjects = ['Clientes do bairro', 'Encomendas', 'Revenda', 'Condomínio'];
  for (const [index, subject] of subjects.entries()) {
    await world.network.addGroup(phone, subject, 3 + index, { mode: index % 2 ? 'pn' : 'lid' });
  }
  const image = png(640, 400);

  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  await syncGroups(page, world, subjects);
  await uploadImage(page, world, 'vitrine.png', image);
  await writeCampaign(page, world, { name: 'Fornada da tarde', text: TEXT, image: 'vitrine.png' });
  await expect(page.locator('main :is(b, strong)').filter({ hasText: 'pão francês' }).first()).toBeVisible();
  await startCampaign(page);
  await expect(page.locator('main .badge').filter({ hasText: 'Concluída' })).toBeVisible({ timeout: 60_000 });

  const messages = await world.network.messages();
  expect(messages.map((message) => message.accepted)).toEqual([1, 1, 1, 1]);
  for (const message of messages) {
    expect(message.text).toBe(TEXT);
    expect(message.media?.sha256).toBe(sha256(image));
    expect(message.failures).toEqual([]);
    expect(message.shown_by.length).toBe(message.recipients);
  }

  // Receipts move the rows while one watches.
  await world.network.receipts(messages[0].id, 'delivered');
  await expect(page.locator('main').getByText('Entregue', { exact: true })).toBeVisible();
  await world.network.receipts(messages[0].id, 'read');
  await expect(page.locator('main').getByText('Lida', { exact: true })).toBeVisible();
});

test('a run survives kill -9 without another QR code @both', async ({ page, world }) => {
  world.settings.ARAUTO_PACE_SHORTEST_MS = '150';
  world.settings.ARAUTO_PACE_LONGEST_MS = '200';
  await world.stop();
  await world.start();
  const phone = await world.network.addPhone('Celular da loja');
  const groups = 20;
  for (let index = 0; index < groups; index++) await world.network.addGroup(phone, `Grupo ${index + 1}`, 3);

  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  await syncGroups(page, world, ['Grupo 1', 'Grupo 20']);
  await writeCampaign(page, world, { name: 'Aviso', text: 'uma vez só' });
  await startCampaign(page);
  const run = page.url();
  await expect.poll(async () => (await world.network.messages()).length).toBeGreaterThan(4);

  await page.goto('about:blank');
  await world.kill();
  await world.start();

  await page.goto(run);
  await expect(page.locator('main .badge').filter({ hasText: 'Concluída' })).toBeVisible({ timeout: 90_000 });
  await page.goto(`${world.url}/conexoes`);
  await expectState(page, 'Conectada');
  await page.getByRole('link', { name: 'Abrir Loja' }).click();
  await expect(page.locator('.timeline li').filter({ hasText: 'O Arauto reiniciou' })).toBeVisible();

  const messages = await world.network.messages();
  expect(new Set(messages.map((message) => message.chat)).size).toBe(groups);
  expect(messages.length, 'one id per group').toBe(groups);
});
