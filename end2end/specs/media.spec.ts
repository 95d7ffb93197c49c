import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAdministrator, open } from '../support/actions';
import { expect, test } from '../support/world';

test.use({ serverGoesDown: true });

/** A file that ffmpeg writes when it is told this. */
function made(path: string, what: string): string {
  execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...what.split(' '), path]);
  return path;
}

test('an upload goes on by itself after the server was killed in the middle of it', async ({ page, world }) => {
  await createAdministrator(page, world);
  await open(page, world, '/midias');
  const path = join(world.folder, 'Contatos.csv');
  writeFileSync(path, 'nome;telefone;bairro\n'.repeat(600_000));
  const places: string[] = [];
  await page.route('**/midias/envios/*?inicio=*', async (route) => {
    const place = new URL(route.request().url()).searchParams.get('inicio') ?? '';
    places.push(place);
    if (places.length === 2) {
      await world.kill();
      await route.abort('connectionreset');
    } else {
      await route.continue();
    }
  });
  await page.locator('input[type=file]').setInputFiles(path);
  const uploads = page.getByRole('region', { name: 'Envios' });
  await expect(uploads.getByText(/Sem conexão: continua sozinho de onde parou/)).toBeVisible();
  await expect(uploads.getByRole('progressbar')).toHaveAttribute('value', '33');
  await world.start();
  await expect(uploads.getByText('Enviada')).toBeVisible();
  await expect(page.locator('.media-name').getByText('Contatos.csv')).toBeVisible();
  const piece = 4 * 1024 * 1024;
  expect(places.map(Number)).toEqual([0, piece, piece, 2 * piece, 3 * piece].slice(0, places.length));
  expect(places.filter((place) => place === '0')).toHaveLength(1);
});

test('what WhatsApp does not play is converted, and a sound becomes a voice note', async ({ page, world }) => {
  await createAdministrator(page, world);
  await open(page, world, '/midias');
  const film = '-f lavfi -i testsrc=size=320x240:rate=10 -t 2';
  const files = [
    made(join(world.folder, 'Vitrine.webm'), `${film} -c:v libvpx`),
    made(join(world.folder, 'Festa.gif'), film),
    made(join(world.folder, 'Vinheta.mp3'), '-f lavfi -i sine=frequency=440 -t 2'),
  ];
  await page.locator('input[type=file]').setInputFiles(files);
  const uploads = page.getByRole('region', { name: 'Envios' });
  await expect(uploads.getByText('Enviada')).toHaveCount(3);
  const tile = (name: string) => page.locator('.media-grid > li').filter({ hasText: name });
  await expect(tile('Vitrine.mp4').locator('img[src*="/miniatura"]')).toBeVisible();
  await expect(tile('Festa.mp4').locator('.moves')).toHaveText('GIF');

  await page.getByRole('button', { name: 'Ações de Vinheta.mp3' }).click();
  await page.getByRole('button', { name: 'Criar mensagem de voz' }).click();
  await expect(tile('Vinheta.ogg').getByText('Mensagem de voz')).toBeVisible();
  await expect(tile('Vinheta.ogg').locator('.waveform')).toBeVisible();
  await expect(tile('Vinheta.mp3')).toBeVisible();
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, `${width} px`).toBeLessThanOrEqual(0);
    await page.screenshot({ path: `${test.info().outputDir}/midias-${width}.png` });
  }
});
