import { confirmStart, createAdministrator, linkNumber, open, syncGroups, writeCampaign } from '../support/actions';
import { expect, test } from '../support/world';

test('an interval sends at once, is paused and resumed, and its past is told', async ({ page, world }) => {
  world.settings.ARAUTO_PACE_SHORTEST_MS = '1500';
  world.settings.ARAUTO_PACE_LONGEST_MS = '1600';
  await world.stop();
  await world.start();
  const phone = await world.network.addPhone('Celular da loja');
  const groups = ['Clientes', 'Encomendas', 'Equipe', 'Vizinhos'];
  for (const group of groups) await world.network.addGroup(phone, group, 3);
  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  await syncGroups(page, world, groups);
  await writeCampaign(page, world, { name: 'Fornada', text: 'Saiu do forno' });
  await page.getByRole('radio', { name: 'A cada intervalo' }).check({ force: true });
  await page.getByLabel('Repetir a cada').fill('2');
  await page.getByLabel('Unidade').selectOption({ label: 'horas' });
  await expect(page.getByText('ao iniciar').first()).toBeVisible();

  await confirmStart(page);
  await expect(page.getByRole('heading', { name: /^Execução 1/ })).toBeVisible();
  await expect.poll(async () => (await world.network.messages()).length).toBeGreaterThan(0);

  await open(page, world, '/campanhas');
  await page.getByRole('link', { name: 'Fornada' }).click();
  await page.getByRole('button', { name: 'Pausar' }).click();
  await expect(page.locator('main .badge').filter({ hasText: /^Pausada$/ }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Retomar' }).click();
  await expect(page.getByRole('heading', { name: /^Execução 1/ })).toBeVisible();
  await expect(page.locator('main .badge').filter({ hasText: /^Concluída/ }).first()).toBeVisible();
  expect((await world.network.messages()).length).toBe(groups.length);

  await open(page, world, '/campanhas');
  await expect(page.getByText(/^em 1 h/).first()).toBeVisible();
  await page.getByRole('link', { name: 'Fornada' }).click();
  await expect(page.getByText(/Próxima execução em 1 h/)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Execução 1' })).toBeVisible();
  await page.getByRole('button', { name: 'Encerrar' }).click();
  await page.getByRole('button', { name: 'Encerrar campanha' }).click();
  await expect(page.locator('main .badge').filter({ hasText: /^Concluída$/ }).first()).toBeVisible();
});

test('the calendar tells what ran and what comes', async ({ page, world }) => {
  const phone = await world.network.addPhone('Celular da loja');
  const groups = ['Clientes', 'Encomendas'];
  for (const group of groups) await world.network.addGroup(phone, group, 3);
  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  await syncGroups(page, world, groups);
  for (const name of ['Fornada', 'Cardápio']) {
    await writeCampaign(page, world, { name, text: `Saiu: ${name}` });
    await page.getByRole('radio', { name: 'A cada intervalo' }).check({ force: true });
    await page.getByLabel('Repetir a cada').fill('1');
    await page.getByLabel('Unidade').selectOption({ label: 'dias' });
    await confirmStart(page);
    await expect(page.locator('main .badge').filter({ hasText: /^Concluída$/ }).first()).toBeVisible();
  }

  await open(page, world, '/agenda');
  await expect(page.getByRole('heading', { name: 'Agenda' })).toBeVisible();
  await expect(page.locator('.segmented [aria-current]')).toHaveText('Mês');
  await expect(page.locator('.day[aria-current]')).toHaveCount(1);
  const day = page.getByRole('complementary');
  await expect(day.getByRole('link', { name: 'Fornada' })).toBeVisible();
  await expect(day.getByText(/2 de 2/).first()).toBeVisible();

  await page.getByRole('link', { name: 'Semana' }).click();
  await expect(page).toHaveURL(/periodo=\d{4}-\d\d-\d\d/);
  // Whatever the weekday, one of the two weeks around now has the day after today.
  const tomorrow = page.locator('.day[aria-current="date"] + .day');
  if (!(await tomorrow.count())) await page.getByRole('link', { name: 'Próximo período' }).click();
  const planned = (await tomorrow.count()) ? tomorrow : page.locator('.day').first();
  await expect(planned).toHaveAttribute('aria-label', /Cardápio/);
  await planned.click();
  await expect(day.getByRole('link', { name: 'Cardápio' })).toBeVisible();
  await day.getByRole('link', { name: 'Cardápio' }).click();
  await expect(page.getByRole('heading', { name: 'Cardápio' })).toBeVisible();
});
