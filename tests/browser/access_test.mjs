// For everybody: no violation that axe-core finds, in both themes and every view; both sizes hold; colours are not
// the only sign.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { playedActs } from './acts.mjs';
import { screenshot, withRig } from './rig.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds on the page as it stands. */
async function violations(page) {
    const found = await page.evaluate(`(() => { if (!window.axe) { ${axe} } return window.axe.run({ resultTypes: ['violations'] }); })()`);
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary.split('\n')[1] ?? ''}`));
}

const STATES = [
    ['the map', async () => {}],
    ['an explanation', async (page) => page.locator('.line.error').first().click()],
    ['the bytes of an exchange', async (page) => { await page.locator('#panel-exchange').click(); await page.locator('article.exchange .head').first().waitFor(); }],
    ['a connection', async (page) => page.locator('#panel-connection').click()],
    ['the sessions', async (page) => page.locator('#view-list').click()],
    ['the table', async (page) => page.locator('#view-table').click()],
    ['completions', async (page) => page.locator('#filter').click()],
    ['what is changed', async (page) => { await page.keyboard.press('Escape'); await page.locator('#changes').click(); }],
    ['faults', async (page) => { await page.keyboard.press('Escape'); await page.locator('#faults').click(); }],
    ['the doors', async (page) => { await page.keyboard.press('Escape'); await page.locator('#doors').click(); }],
    ['the keys', async (page) => { await page.keyboard.press('Escape'); await page.locator('#help').click(); }],
];

for (const theme of ['light', 'dark'])
    test(`axe finds nothing in the ${theme} theme, in any view`, withRig(async (rig) => {
        const { page } = await playedActs(rig, { bypassCSP: true });
        await page.locator('#theme').selectOption(theme);
        assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), theme);
        for (const [name, reach] of STATES) {
            await reach(page);
            await page.waitForTimeout(200);
            await screenshot(page, `${theme} ${name}`);
            assert.deepEqual(await violations(page), [], name);
        }
    }));

test('axe finds nothing on the page that waits for the first request', withRig(async (rig) => {
    const proxy = await rig.proxy('--capture', 'off', '--lab');
    const { page } = await rig.page({ viewport: { width: 1280, height: 720 }, bypassCSP: true });
    await page.goto(proxy.address);
    await page.locator('.welcome').waitFor();
    await screenshot(page, 'waiting');
    assert.deepEqual(await violations(page), []);
}));

test('axe would find a planted fault', withRig(async (rig) => {
    const { page } = await playedActs(rig, { bypassCSP: true });
    await page.evaluate(() => document.querySelector('#filter').removeAttribute('aria-label'));
    await page.evaluate(() => document.querySelector('#filter').removeAttribute('placeholder'));
    assert.notDeepEqual(await violations(page), []);
}));

test('the theme follows the system, and what is chosen instead is remembered', withRig(async (rig) => {
    const { page } = await playedActs(rig, { colorScheme: 'dark' });
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await paper();
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await paper();
    assert.notEqual(dark, light);
    await page.locator('#theme').selectOption('dark');
    await page.reload();
    await page.locator('#map').waitFor();
    assert.equal(await paper(), dark);
}));

for (const [width, height] of [[1280, 720], [2560, 1300]])
    test(`nothing is cut off at ${width} by ${height}`, withRig(async (rig) => {
        const { page } = await playedActs(rig, { viewport: { width, height } });
        await page.locator('.line.error').first().click();
        await page.mouse.move(1, 1);
        await screenshot(page, `${width} wide`);
        const outside = await page.evaluate(() => {
            const wrong = [];
            if (document.documentElement.scrollWidth > innerWidth) wrong.push('the page scrolls sideways');
            if (document.documentElement.scrollHeight > innerHeight) wrong.push('the page scrolls');
            const map = document.querySelector('.scroll');
            if (map.scrollWidth > map.clientWidth) wrong.push('the map scrolls sideways');
            for (const button of document.querySelectorAll('.bar :is(button, select), .filter-bar :is(button, input)')) {
                const { left, right } = button.getBoundingClientRect();
                if (left < 0 || right > innerWidth) wrong.push(`${button.id} is outside`);
            }
            if (document.querySelector('.bar').getBoundingClientRect().height > 60) wrong.push('the bar takes two lines');
            return wrong;
        });
        assert.deepEqual(outside, []);
    }));

test('without colour the map still tells who is who', withRig(async (rig) => {
    const { page } = await playedActs(rig);
    await page.locator('.line.critical').first().scrollIntoViewIfNeeded();
    const letters = await page.locator('.end-letter').allTextContents();
    assert.ok(letters.includes('A') && letters.includes('B'));
    assert.ok(await page.locator('.end.handshake').count() > 0);
    assert.ok(await page.locator('.wire.anonymous').count() > 0);
    assert.match(await page.locator('.line.critical .tag').first().innerText(), /⚠/);
}));
