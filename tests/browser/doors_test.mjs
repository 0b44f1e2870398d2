// The three doors: try the lab, capture a browser, open a capture; and what happens when the run ends or begins anew.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { logIn, playedActs } from './acts.mjs';
import { curl, screenshot, withRig } from './rig.mjs';

/** A capture of a login that failed, and where it lies. */
async function recorded(rig) {
    const file = join(rig.folder(), 'failed.why401');
    const proxy = await rig.proxy('--lab', '--capture', file);
    await logIn(proxy, 'alice', 'not-her-password', 'page');
    await proxy.stop();
    return file;
}
const welcomed = async (rig, ...options) => {
    const proxy = await rig.proxy(...options);
    const { page, wrongs } = await rig.page({ viewport: { width: 1280, height: 720 } });
    await page.goto(proxy.address);
    await page.locator('.welcome').waitFor();
    return { proxy, page, wrongs };
};

test('a new page offers three doors, with the addresses of this run', withRig(async (rig) => {
    const { proxy, page } = await welcomed(rig, '--capture', 'off', '--lab');
    const text = await page.locator('.doors').innerText();
    assert.match(text, /Try the lab[\s\S]*Capture a browser[\s\S]*Open a capture file/);
    assert.ok(text.includes(`--proxy-server=http://${proxy.proxy}`));
    assert.ok(text.includes('--proxy-bypass-list=\'<-loopback>\''));
    assert.ok(text.includes(`http://${proxy.ui}/proxy.pac`));
}));

test('without a lab the door says how to get one', withRig(async (rig) => {
    const { page } = await welcomed(rig, '--capture', 'off');
    assert.match(await page.locator('.doors').innerText(), /This run has no lab[\s\S]*why401 demo/);
    assert.equal(await page.locator('#play').count(), 0);
}));

test('a capture is opened from the computer, looked at, and left again for the run', withRig(async (rig) => {
    const file = await recorded(rig);
    const { page, wrongs } = await playedActs(rig);
    await page.locator('#doors').click();
    await page.locator('#file').setInputFiles(file);
    await page.locator('#viewing').waitFor();
    assert.match(await page.locator('#viewing').innerText(), /failed\.why401/);
    await page.locator('.line', { hasText: '/page' }).first().waitFor();
    assert.match(await page.locator('#findings').innerText(), /NTLM-FAIL-001/);
    assert.equal(await page.locator('#policy').count(), 0);
    await page.locator('.finding-link').first().click();
    await page.locator('.evidence-link').first().click();
    await page.locator('mark').waitFor();
    await screenshot(page, 'capture');
    await page.locator('#filter').fill('status:401');
    await page.locator('#matching').waitFor();
    await page.locator('#filter').fill('');
    await page.locator('#back-to-live').click();
    await page.locator('#policy').waitFor();
    await page.locator('.line.critical').first().waitFor();
    assert.deepEqual(wrongs, []);
}));

test('a capture in the folder of captures is one click away, but for the one that is being written', withRig(async (rig) => {
    const { page, proxy } = await welcomed(rig, '--lab');
    copyFileSync(await recorded(rig), join(dirname(proxy.capture), 'earlier.why401'));
    await logIn(proxy, 'alice', 'Wonderland1', 'now');
    await page.locator('#map').waitFor();
    await page.locator('#doors').click();
    await page.locator('.captures button').first().waitFor();
    assert.deepEqual(await page.locator('.captures button').allInnerTexts(), ['earlier.why401']);
    await page.locator('.captures button').click();
    await page.locator('#viewing', { hasText: 'earlier.why401' }).waitFor();
    await page.locator('.line', { hasText: '/page' }).first().waitFor();
}));

test('a late answer about a capture is not taken for one about the run', withRig(async (rig) => {
    const file = await recorded(rig), { page } = await playedActs(rig);
    let late = () => {};
    const held = new Promise((then) => { late = then; });
    await page.route(/\/api\/v1\/list\?.*capture=/, async (route) => {
        await held;
        await route.continue();
    });
    const asked = page.waitForRequest(/\/api\/v1\/list\?.*capture=/);
    await page.locator('#doors').click();
    await page.locator('#file').setInputFiles(file);
    await asked;
    await page.evaluate(() => { location.hash = ''; });
    await page.locator('.line', { hasText: '/payslip' }).waitFor();
    const answered = page.waitForResponse(/\/api\/v1\/list\?.*capture=/);
    late();
    await answered;
    assert.equal(await page.locator('.line', { hasText: '/page' }).count(), 0);
    assert.equal(await page.locator('#exchanges').innerText(), '12 exchanges');
}));

test('what is no capture is refused in a sentence, and the page stays as it was', withRig(async (rig) => {
    const { page, wrongs } = await welcomed(rig, '--capture', 'off');
    for (const [name, buffer] of [['notes.why401', Buffer.from('only text')], ['empty.why401', Buffer.alloc(0)], ['half.why401', Buffer.from('SQLite format 3\0' + 'x'.repeat(500))]]) {
        await page.locator('#file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
        await page.locator('.doors + .bad', { hasText: name }).waitFor();
        await page.locator('.welcome').waitFor();
    }
    assert.deepEqual(wrongs, []);
}));

test('why401 open shows a file without a proxy, and offers nothing that needs one', withRig(async (rig) => {
    const file = await recorded(rig);
    const shown = await rig.open(file);
    const { page, wrongs } = await rig.page({ viewport: { width: 1280, height: 720 } });
    await page.goto(shown.address);
    await page.locator('.line').first().waitFor();
    assert.match(await page.locator('#viewing').innerText(), /failed\.why401/);
    for (const gone of ['#policy', '#faults', '#back-to-live']) assert.equal(await page.locator(gone).count(), 0, gone);
    await page.locator('.finding-link').first().click();
    assert.match(await page.locator('#because').innerText(), /refused|password/);
    await page.locator('#doors').click();
    await page.getByText('This page only shows a file').waitFor();
    await page.keyboard.press('Escape');
    await page.waitForTimeout(300);
    assert.equal(await page.locator('#message').count(), 0);
    assert.deepEqual(wrongs, []);
}));

test('what why401 changes is one click away, and each exchange shows its own changes', withRig(async (rig) => {
    const { proxy, page } = await playedActs(rig);
    await page.locator('#changes').click();
    const text = await page.locator('dialog').innerText();
    assert.match(text, /Bytes go on as they came, except for these edits/);
    assert.match(text, /policy switched: affinity → pooled\/switch/);
    await page.keyboard.press('Escape');
    await curl(proxy, '-o', '/dev/null', '-H', 'Connection: x-gone', '-H', 'X-Gone: 1', 'http://demo.lab.why401.test/anonymous/');
    await page.locator('.tools', { hasText: '13 exchanges' }).waitFor();
    await page.locator('#map').press('End');
    await page.locator('#panel-exchange').click();
    await page.locator('del', { hasText: 'X-Gone: 1' }).waitFor();
    assert.match(await page.locator('article.exchange').innerText(), /What why401 changed[\s\S]*In the request/);
}));

test('the map goes on after the proxy was started anew on the same address', withRig(async (rig) => {
    const { proxy, page } = await playedActs(rig);
    await proxy.stop();
    await page.getByText('not running any more').waitFor();
    assert.ok(await page.locator('.line').count() > 0, 'what was seen stays to be read');
    const next = await rig.proxy('--capture', 'off', '--lab', '--ui', proxy.ui);
    await page.getByText('open the address that it printed').waitFor();
    await page.goto(next.address);
    await page.locator('.welcome').waitFor();
    await logIn(next, 'alice', 'Wonderland1', 'again');
    await page.locator('.line', { hasText: '/again' }).first().waitFor();
}));
