// Many exchanges: only what is in view is in the document, all of it can be reached, and what is heard under load is
// not lost.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { STAGE, logIn } from './acts.mjs';
import { PATIENCE, withRig } from './rig.mjs';

const MANY = 100_000;

async function largeCapture(rig) {
    const file = join(rig.folder(), 'large.why401');
    const proxy = await rig.proxy('--lab', '--capture', file);
    await logIn(proxy, 'alice', 'Wonderland1', 'a', 'b', 'c', 'd', 'e', 'f', 'g');
    await logIn(proxy, 'bob', 'wrong', 'payslip');
    await proxy.stop();
    const grown = fileURLToPath(new URL('./large_capture.py', import.meta.url));
    return { file, many: Number(execFileSync('python3', [grown, file, String(MANY)], { encoding: 'utf8' })) };
}

test('of a hundred thousand exchanges only those in view are in the document, and each can be reached', withRig(async (rig) => {
    const { file, many } = await largeCapture(rig);
    const { address } = await rig.open(file);
    const { page, wrongs } = await rig.page({ viewport: { width: 1280, height: 720 } });
    await page.goto(address);
    await page.locator('.line').first().waitFor();
    assert.equal(await page.locator('#exchanges').innerText(), `${many.toLocaleString('en')} exchanges`);
    assert.ok(await page.locator('.line').count() < 60);
    await page.locator('#map').press('End');
    await page.locator('.line.chosen').waitFor();
    const last = (await page.locator('.line.chosen').getAttribute('id')).slice(5);
    assert.ok(Number(last) >= many);
    await page.locator('#view-list').click();
    await page.locator(`#row-${last}`).waitFor();
    assert.ok(await page.locator('#sessions .rows .row').count() < 60);
    await page.locator('#sessions').press('Home');
    await page.locator('#sessions .rows .row').first().waitFor();
    await page.locator('#filter').fill('user:bob status:401');
    await page.locator('#matching').waitFor();
    const matching = Number((await page.locator('#matching').innerText()).replace(/\D/g, ''));
    assert.ok(matching > many / 20 && matching < many / 2, `${matching} of ${many}`);
    await page.locator('#filter').fill('');
    await page.locator('#matching').waitFor({ state: 'detached' });
    for (const by of ['login', 'connection', 'host']) {
        await page.locator('#group').selectOption(by);
        await page.locator(`.row.group.${by}`).first().waitFor();
    }
    assert.deepEqual(wrongs, []);
}));

/** So many requests over one connection, answered in turn. */
const ask = (proxy, many) => new Promise((resolve, reject) => {
    const [host, port] = proxy.proxy.split(':');
    const request = `GET ${STAGE}anonymous/ HTTP/1.1\r\nHost: ${new URL(STAGE).host}\r\n\r\n`;
    let left = many, seen = '';
    const socket = connect(Number(port), host, () => socket.write(request));
    socket.setTimeout(PATIENCE, () => reject(new Error('no answer')));
    socket.on('error', reject);
    socket.on('data', (bytes) => {
        seen += bytes.toString('latin1');
        const head = seen.indexOf('\r\n\r\n'), length = Number(seen.match(/content-length: (\d+)/i)?.[1]);
        if (head < 0 || seen.length < head + 4 + length) return;
        seen = '';
        if (--left === 0) {
            socket.end();
            resolve();
        } else socket.write(request);
    });
});

test('what passes faster than a page can draw is all there in the end', withRig(async (rig) => {
    const proxy = await rig.proxy('--lab', '--capture', join(rig.folder(), 'fast.why401'));
    const { page, wrongs } = await rig.page({ viewport: { width: 1280, height: 720 } });
    await page.goto(proxy.address);
    await page.locator('.welcome').waitFor();
    await Promise.all([ask(proxy, 1500), ask(proxy, 1500), logIn(proxy, 'alice', 'wrong', 'x')]);
    await page.locator('.tools', { hasText: '3,002 exchanges' }).waitFor();
    await page.locator('#findings li', { hasText: 'NTLM-FAIL-001' }).waitFor();
    await page.locator('#map').press('End');
    assert.equal(await page.locator('.line.chosen').getAttribute('id'), 'line-3002');
    assert.deepEqual(wrongs, []);
}));
