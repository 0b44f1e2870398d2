// The connection map in a real Chromium: the bug is seen, followed to its bytes, and the way there works by keyboard.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STAGE, change, logIn, playedActs } from './acts.mjs';
import { curl, screenshot, withRig } from './rig.mjs';

const lineOf = (page, id) => page.locator(`#line-${id}`);

test('the three acts are seen: a login, a pooling break, and one served as another', withRig(async (rig) => {
    const { page, wrongs } = await playedActs(rig);
    const broken = page.locator('.line.error').first(), bleeding = page.locator('.line.critical').first();
    assert.match(await broken.innerText(), /401\.2[\s\S]*is logged in on C1, but not on U2[\s\S]*NTLM-POOL-001/);
    assert.match(await bleeding.innerText(), /asked, and was served as[\s\S]*NTLM-POOL-003/);
    assert.match(await broken.textContent(), /C1 believes it is CONTOSO\\alice, server connection U2 knows nobody/);
    assert.match(await bleeding.textContent(), /believes it is CONTOSO\\bob, server connection U\d+ knows CONTOSO\\alice/);
    assert.match(await page.locator('.legend').innerText(), /A CONTOSO\\alice[\s\S]*B CONTOSO\\bob/);
    assert.ok(await page.locator('.mark.switch').filter({ hasText: 'affinity → pooled/switch' }).count() > 0);
    await screenshot(page, 'acts');
    assert.deepEqual(wrongs, []);
}));

test('the two ends of the line that is the bug differ in colour and letter, those of a healthy one do not', withRig(async (rig) => {
    const { page } = await playedActs(rig, { viewport: { width: 1280, height: 1000 } });
    const ends = await page.evaluate(() => {
        const rows = [...document.querySelectorAll('.line')].map((row) => row.getBoundingClientRect());
        const marks = [...document.querySelectorAll('.drawing .end')].map((end) => {
            const { left, top, height } = end.getBoundingClientRect();
            return { left, at: top + height / 2, colour: getComputedStyle(end).fill, letter: end.nextElementSibling?.textContent ?? '' };
        });
        return rows.map(({ top }) => marks.filter(({ at }) => at > top && at < top + 30).sort((a, b) => a.left - b.left));
    });
    assert.ok(ends.length >= 12);
    assert.deepEqual(ends[3].map(({ letter }) => letter), ['A', 'A']);
    assert.equal(ends[3][0].colour, ends[3][1].colour);
    assert.deepEqual(ends[4].map(({ letter }) => letter), ['A', '']);
    assert.notEqual(ends[4][0].colour, ends[4][1].colour);
    const bleed = ends.find(([left, right]) => left?.letter === 'B' && right?.letter === 'A');
    assert.notEqual(bleed[0].colour, bleed[1].colour);
}));

test('a finding is followed to the bytes that prove it', withRig(async (rig) => {
    const { page, wrongs } = await playedActs(rig);
    await page.locator('.finding-link', { hasText: 'NTLM-POOL-001' }).click();
    assert.match(await page.locator('#because').innerText(), /logged in on U1/);
    for (const part of ['Evidence', 'Ruled out', 'What follows for the client', 'Do next', 'Sources'])
        await page.getByRole('heading', { name: part, exact: true }).waitFor();
    assert.match(await page.locator('.verdict .facts').innerText(), /why401 itself[\s\S]*certain[\s\S]*observed/);
    await screenshot(page, 'explained');
    await page.locator('.evidence-link').first().click();
    await page.locator('mark').waitFor();
    assert.match(await page.locator('mark').innerText(), /^NTLM TlRMTVNTUAAD/);
    assert.match(await page.locator('.tokens').first().innerText(), /AUTHENTICATE[\s\S]*alice/);
    await screenshot(page, 'bytes');
    await page.locator('#panel-explain').click();
    assert.deepEqual(wrongs, []);
}));

test('from the evidence one gets back to the finding, by a link and by Back', withRig(async (rig) => {
    const { page } = await playedActs(rig);
    await page.locator('.finding-link', { hasText: 'NTLM-POOL-001' }).click();
    const because = await page.locator('#because').innerText();
    await page.locator('.evidence-link').first().click();
    await page.locator('mark').waitFor();
    await page.locator('#panel-explain').click();
    await page.getByRole('button', { name: /Back to NTLM-POOL-001/ }).click();
    assert.equal(await page.locator('#because').innerText(), because);
    await page.locator('#view-list').click();
    await page.goBack();
    await page.locator('#map').waitFor();
}));

test('a finding leads to the map of its own server', withRig(async (rig) => {
    const { proxy, page } = await playedActs(rig);
    await curl(proxy, '-o', '/dev/null', '--ntlm', '--user', 'CONTOSO\\alice:wrong', 'http://web02.lab.why401.test/elsewhere');
    await page.locator('.finding-link', { hasText: 'NTLM-FAIL-001' }).click();
    await page.locator('.line.chosen', { hasText: '/elsewhere' }).waitFor();
    assert.equal(await page.locator('#origin').inputValue(), 'http://web02.lab.why401.test');
    await page.keyboard.press('[');
    await page.locator('.line.critical.chosen').waitFor();
}));

test('whom the map accuses, a finding accuses: a wrong password and a forbidden page are no break of a pool', withRig(async (rig) => {
    const { proxy, page } = await playedActs(rig);
    await curl(proxy, '-o', '/dev/null', '--basic', '--user', 'CONTOSO\\alice:wrong', `${STAGE}basic/`);
    await curl(proxy, '-o', '/dev/null', '-o', '/dev/null', '--ntlm', '--user', 'CONTOSO\\bob:Builder1', `${STAGE}in`, `${STAGE}acl/?detailed=1`);
    for (const [path, rule] of [['/basic/', 'BASIC-BAD-001'], ['/acl/', 'IIS-4013-ACL']]) {
        const line = page.locator('.line.error', { hasText: path }).filter({ hasText: rule }).first();
        await page.locator('.finding-link', { hasText: rule }).first().click();
        await line.waitFor();
        assert.doesNotMatch(await line.innerText(), /but not on U/, rule);
        await page.getByRole('button', { name: 'All findings' }).click();
    }
}));

test('the focus follows into what a key has opened', withRig(async (rig) => {
    const { page } = await playedActs(rig);
    await page.locator('.finding-link').first().press('Enter');
    await page.locator('#because').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.className), 'panel-body');
    await page.locator('.evidence-link').first().press('Enter');
    await page.locator('mark').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.className), 'panel-body');
    await page.getByTitle('Life of connection C1').press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('article', { name: 'Connection C2' }).waitFor();
}));

test('why this connection was chosen stands with each exchange', withRig(async (rig) => {
    const { page } = await playedActs(rig);
    await page.locator('.line.error').first().click();
    await page.locator('#panel-exchange').click();
    assert.match(await page.locator('#why-this-lane').innerText(), /pooled\/switch chose U2, opened for it: not the connection of this client's previous request/);
}));

test('the life of a connection tells who used it, as whom, and how it ended', withRig(async (rig) => {
    const { page } = await playedActs(rig);
    await page.getByTitle('Life of connection U1').click();
    const life = page.locator('article.connection');
    await page.getByText('Between').waitFor();
    assert.match(await life.innerText(), /Server connection U1[\s\S]*Closed[\s\S]*by why401[\s\S]*4 exchanges on it[\s\S]*CONTOSO\\alice/);
}));

test('everything on the map is reached by keyboard alone', withRig(async (rig) => {
    const { page, wrongs } = await playedActs(rig);
    const chosen = () => page.locator('.line[aria-selected="true"]').getAttribute('id');
    await page.locator('body').press(']');
    assert.equal(await chosen(), await page.locator('.line.error').first().getAttribute('id'));
    await page.keyboard.press(']');
    assert.equal(await chosen(), await page.locator('.line.critical').first().getAttribute('id'));
    await page.keyboard.press('[');
    await page.keyboard.press('j');
    assert.equal(await chosen(), 'line-6');
    await page.keyboard.press('k');
    await page.locator('#map').focus();
    await page.keyboard.press('ArrowUp');
    assert.equal(await chosen(), 'line-4');
    await page.keyboard.press('Home');
    assert.equal(await chosen(), 'line-1');
    assert.equal(await page.locator('#map').getAttribute('aria-activedescendant'), 'line-1');
    await page.keyboard.press('Enter');
    await page.getByRole('article', { name: 'Exchange 1' }).waitFor();
    await page.keyboard.press('c');
    await page.getByRole('article', { name: /Connection U1/ }).waitFor();
    await page.keyboard.press('t');
    assert.equal(await page.locator('#true-time').isChecked(), true);
    await page.keyboard.press('f');
    await page.keyboard.type('status:401.2');
    await page.keyboard.press('Enter');
    await page.getByText('matches').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Alt+t');
    await page.locator('#map-table').waitFor();
    assert.deepEqual(wrongs, []);
}));

test('the table says what the map shows', withRig(async (rig) => {
    const { page } = await playedActs(rig);
    const said = await page.locator('.line').evaluateAll((lines) => lines.map((line) => line.id.slice(5)));
    await page.locator('#view-table').click();
    const rows = await page.locator('#map-table tbody tr:not(.mark-row)').allInnerTexts();
    assert.match(await page.locator('#map-table .mark-row').first().innerText(), /policy switched: affinity → pooled\/switch/);
    assert.deepEqual(rows.map((row) => row.split(/\s/)[0].slice(1)), said);
    assert.match(rows[4], /C1\s+A CONTOSO\\alice\s+GET \/report[\s\S]*401\.2\s+U2\s+nobody\s+NTLM-POOL-001/);
}));

test('a part of the map is taken out with the brush, by mouse and by keyboard', withRig(async (rig) => {
    const { page } = await playedActs(rig);
    const strip = await page.locator('.minimap').boundingBox();
    await page.mouse.move(strip.x + 20, strip.y + 5);
    await page.mouse.down();
    await page.mouse.move(strip.x + 20, strip.y + 60);
    await page.mouse.up();
    await page.locator('#whole').waitFor();
    const some = await page.locator('.line').count();
    assert.ok(some > 0 && some < 12);
    await page.locator('#whole').click();
    await lineOf(page, 3).click();
    for (const key of ['b', 'j', 'j', 'b']) await page.keyboard.press(key);
    await page.locator('#whole').waitFor();
    assert.equal(await page.locator('.line').count(), 3);
    await page.keyboard.press('Escape');
    assert.ok(await page.locator('.line').count() >= 12);
}));

test('what happens while the map is open comes onto it, and held still it waits', withRig(async (rig) => {
    const { proxy, page } = await playedActs(rig);
    const before = await page.locator('.line').count();
    await page.locator('#pause').click();
    await logIn(proxy, 'bob', 'Builder1', 'later');
    await page.getByText('Held: 2 new ones').waitFor();
    assert.equal(await page.locator('.line').count(), before);
    await page.locator('#pause').click();
    await page.locator('.line', { hasText: '/later' }).nth(1).waitFor();
}));

test('policy and faults are switched from the page, marked on the map, and do what they say', withRig(async (rig) => {
    const { proxy, page, wrongs } = await playedActs(rig);
    await page.locator('#policy').selectOption('per-request');
    await page.locator('#faults').click();
    await page.getByRole('checkbox', { name: /add-via/ }).check();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByText('Faults: 1').waitFor();
    await curl(proxy, '-o', '/dev/null', STAGE);
    await page.locator('.mark.switch', { hasText: '→ per-request' }).waitFor();
    await page.locator('.mark.switch', { hasText: 'add-via' }).waitFor();
    await page.locator('.tools', { hasText: '13 exchanges' }).waitFor();
    await page.locator('#map').press('End');
    await page.locator('#panel-exchange').click();
    await page.getByText('Injected on purpose: add-via').waitFor();
    assert.match(await page.locator('ins', { hasText: 'Via:' }).innerText(), /Via:/);
    assert.deepEqual(wrongs, []);
}));

test('a switch by somebody else shows in the page', withRig(async (rig) => {
    const { proxy, page } = await playedActs(rig);
    await change(proxy, 'policy', { policy: 'auth-aware' });
    await page.waitForFunction(() => document.querySelector('#policy').value === 'auth-aware');
}));

test('one click in the explanation switches back to affinity', withRig(async (rig) => {
    const { page } = await playedActs(rig, {}, '--policy', 'pooled/fifo');
    await page.locator('.finding-link').first().click();
    await page.getByRole('button', { name: 'Switch this proxy to affinity now' }).click();
    await page.waitForFunction(() => document.querySelector('#policy').value === 'affinity');
}));

test('what is chosen stands in the address, and a reload leads to the same place', withRig(async (rig) => {
    const { page } = await playedActs(rig);
    await page.locator('.line.error').first().click();
    await page.locator('#view-list').click();
    await page.locator('#filter').fill('host:demo');
    await page.locator('#matching').waitFor();
    await page.reload();
    await page.locator('#sessions .row.chosen').waitFor();
    assert.equal(await page.locator('#filter').inputValue(), 'host:demo');
    assert.match(await page.locator('#because').innerText(), /logged in on U1/);
}));
