// The page in a real Chromium: how it opens, what it hears, what happens when the proxy goes and comes back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LAB, curl, withRig } from './rig.mjs';

const text = (page, selector) => page.locator(selector).innerText();

test('the token in the address is traded for a cookie and forgotten', withRig(async (rig) => {
    const proxy = await rig.proxy('--capture', 'off');
    const { page, wrongs } = await rig.page();
    await page.goto(proxy.address);
    await page.locator('#policy').waitFor();
    assert.equal(await page.locator('#policy').inputValue(), 'affinity');
    assert.equal(page.url(), `http://${proxy.ui}/`);
    const [cookie] = await page.context().cookies();
    assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, 'Strict']);
    await page.reload();
    await page.locator('#policy').waitFor();
    assert.deepEqual(wrongs, []);
}));

test('without the token it says what is missing, and shows nothing of the run', withRig(async (rig) => {
    const proxy = await rig.proxy('--capture', 'off');
    const { page } = await rig.page();
    await page.goto(`http://${proxy.ui}/`);
    await page.getByText('token', { exact: false }).first().waitFor();
    assert.equal(await page.locator('#policy').count(), 0);
}));

test('a finding shows as it happens, in every page that is open', withRig(async (rig) => {
    const proxy = await rig.proxy('--capture', 'off', '--lab');
    const [first, second] = [await rig.page(), await rig.page()];
    for (const { page } of [first, second]) {
        await page.goto(proxy.address);
        await page.locator('.welcome').waitFor();
    }
    await curl(proxy, '--ntlm', '--user', 'CONTOSO\\alice:wrong', LAB);
    for (const { page, wrongs } of [first, second]) {
        await page.locator('#findings li').first().waitFor();
        assert.match(await text(page, '#findings'), /NTLM-FAIL-001/);
        assert.deepEqual(wrongs, []);
    }
}));

test('what is heard while the page is being loaded is not lost to the older answer', withRig(async (rig) => {
    const proxy = await rig.proxy('--capture', 'off', '--lab');
    const { page } = await rig.page();
    let loads = 0, answered = () => {};
    const older = new Promise((then) => { answered = then; });
    await page.route(/\/api\/v1\/findings\?limit=\d+$/, async (route) => {
        const answer = await route.fetch();
        const last = ++loads === 2;
        if (last) {
            await curl(proxy, '--ntlm', '--user', 'CONTOSO\\alice:wrong', LAB);
            await page.locator('#findings li').first().waitFor(); // its event is there before the older answer
        }
        await route.fulfill({ response: answer });
        if (last) answered();
    });
    await page.goto(proxy.address);
    await page.locator('.welcome').waitFor();
    await page.evaluate(() => { location.hash = '#capture=77'; }); // it is not open: the run is loaded again
    await older;
    await page.waitForTimeout(300);
    assert.equal(await page.locator('#findings li').count(), 1);
}));

test('what the traffic says is shown as text', withRig(async (rig) => {
    const hostile = '<img src=x onerror=alert(1)>';
    const proxy = await rig.proxy('--capture', 'off', '--lab');
    const { page, wrongs } = await rig.page();
    await page.goto(proxy.address);
    await curl(proxy, '--ntlm', '--user', `${hostile}:wrong`, LAB);
    await page.locator('#findings li').first().waitFor();
    assert.ok((await text(page, '#findings')).includes(hostile));
    assert.equal(await page.locator('#app img').count(), 0);
    assert.deepEqual(wrongs, []);
}));

test('what the proxy itself lacks stands at the top, as text', withRig(async (rig) => {
    const sentence = 'Nothing is recorded any more: <b>the disk</b> is full.';
    const proxy = await rig.proxy('--capture', 'off');
    const { page } = await rig.page();
    await page.addInitScript((message) => {
        window.WebSocket = class {
            constructor() {
                setTimeout(() => this.onmessage({ data: JSON.stringify([{ seq: 1, type: 'trouble', data: { message } }]) }), 50);
            }
        };
    }, sentence);
    await page.goto(proxy.address);
    await page.locator('#trouble:not([hidden])').waitFor();
    assert.equal(await text(page, '#trouble'), sentence);
}));

test('a page outlives its proxy, and goes on with the next run when its address is opened', withRig(async (rig) => {
    const proxy = await rig.proxy('--capture', 'off');
    const { page } = await rig.page();
    await page.goto(proxy.address);
    await page.locator('#policy').waitFor();
    await proxy.stop();
    await page.getByText('not running any more').waitFor();
    const next = await rig.proxy('--capture', 'off', '--policy', 'per-request', '--ui', proxy.ui);
    await page.getByText('open the address that it printed').waitFor();
    await page.goto(next.address);
    await page.locator('#policy').waitFor();
    await page.waitForFunction(() => document.querySelector('#policy')?.value === 'per-request');
    assert.equal(await page.locator('#message').isVisible(), false);
}));
