import { createAdministrator, linkNumber, open, startCampaign, syncGroups, writeCampaign } from '../support/actions';
import { expect, test } from '../support/world';

test('every page comes alive when it is opened by its address, and fits a phone', async ({ page, world }) => {
  const phone = await world.network.addPhone('Celular da loja');
  await world.network.addGroup(phone, 'Clientes', 3);
  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  const connection = new URL(page.url()).pathname;
  await syncGroups(page, world, ['Clientes']);
  await page.getByRole('link', { name: 'Clientes' }).click();
  await expect(page.getByRole('heading', { name: 'Clientes' })).toBeVisible();
  const { pathname, search } = new URL(page.url());
  const group = pathname + search;
  await writeCampaign(page, world, { name: 'Fornada', text: '{Oi|Olá}, {{grupo}}!' });
  await startCampaign(page);
  await expect(page.locator('main .badge').filter({ hasText: /^Concluída$/ }).first()).toBeVisible();
  const run = new URL(page.url()).pathname;
  await open(page, world, '/campanhas');
  await page.getByRole('link', { name: 'Fornada' }).click();
  await expect(page.getByRole('heading', { name: 'Fornada' })).toBeVisible();
  const campaign = new URL(page.url()).pathname;

  const pages = ['/', '/campanhas', '/campanhas/nova', campaign, `${campaign}/conferencia`, `${campaign}/teste`, run, '/agenda',
    '/conexoes', connection, '/grupos', group, '/grupos/listas', '/midias'];
  for (const path of pages) {
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      await open(page, world, path);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, `${path} at ${width} px`).toBeLessThanOrEqual(0);
      await page.screenshot({ path: `${test.info().outputDir}/${path.split('/')[1] || 'painel'}-${pages.indexOf(path)}-${width}.png` });
    }
  }
});
