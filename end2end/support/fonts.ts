import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

const packages = join(__dirname, '../../node_modules/@fontsource');

function face(family: string, file: string, weight: number, style: string): string {
  const bytes = readFileSync(join(packages, file)).toString('base64');
  return `@font-face { font-family: "${family}"; font-weight: ${weight}; font-style: ${style};
    src: url(data:font/woff2;base64,${bytes}) format("woff2"); }`;
}

/** Draws the page with fonts that are the same on every machine, so that its pictures can be compared. */
export async function useSameFonts(page: Page): Promise<void> {
  const roboto = (weight: number, style: string) =>
    face('Same', `roboto/files/roboto-latin-${weight}-${style}.woff2`, weight, style);
  const faces = [400, 500, 700].flatMap((weight) => ['normal', 'italic'].map((style) => roboto(weight, style)));
  const mono = face('Same Mono', 'roboto-mono/files/roboto-mono-latin-400-normal.woff2', 400, 'normal');
  const use = ':root { --font: "Same", sans-serif !important; --mono: "Same Mono", monospace !important; }';
  await page.addStyleTag({ content: [...faces, mono, use].join('\n') });
  await page.evaluate(() => document.fonts.ready);
}
