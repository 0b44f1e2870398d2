// The list of sessions in a real Chromium: folding, grouping, the filter with its completion and history.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STAGE, logIn, playedActs } from './acts.mjs';
import { curl, screenshot, withRig } from './rig.mjs';

/** The list after the acts. */
async function listed(rig, ...more) {
    const scene = await playedActs(rig, ...more);
    await scene.page.locator('#view-list').click();
    await scene.page.locator('#sessions').waitFor();
    return scene;
}
const numbers = async (page) => (await page.locator('#sessions .rows .row > :first-child').allInnerTexts()).map((text) => text.trim().split(/\s/)[0]);

test('healthy logins are one calm row each, which opens and closes; failures stand out', withRig(async (rig) => {
    const { page, wrongs } = await listed(rig);
    assert.equal(await page.locator('.row.healthy').count(), 3);
    assert.match(await page.locator('.row.healthy').first().innerText(), /✓\s*A\s*CONTOSO\\alice logged in with (NTLM|Negotiate)[\s\S]*401\.2 401\.1 200/);
    assert.equal(await page.locator('.row.bad-row').count(), 2);
    const before = await page.locator('.rows .row').count();
    await page.locator('.row.healthy .fold').first().click();
    assert.equal(await page.locator('.rows .row').count(), before + 3);
    await page.locator('.row.healthy .fold').first().click();
    assert.equal(await page.locator('.rows .row').count(), before);
    await page.locator('#fold').uncheck();
    assert.equal(await page.locator('.rows .row').count(), 12);
    await screenshot(page, 'sessions');
    assert.deepEqual(wrongs, []);
}));

test('a row tells connection, status, login, identity and verdict', withRig(async (rig) => {
    const { page } = await listed(rig);
    const row = page.locator('.row.bad-row').first();
    assert.deepEqual((await row.locator('[role="gridcell"]').allInnerTexts()).map((text) => text.trim()).filter((_, at) => [0, 2, 3, 4, 6].includes(at)), ['5', 'C1', 'U2', 'GET', '401.2']);
    assert.match(await row.innerText(), /\/report[\s\S]*✕ NTLM-POOL-001/);
    assert.match(await page.locator('.row.bad-row').nth(1).innerText(), /200[\s\S]*A CONTOSO\\alice[\s\S]*NTLM-POOL-003/);
}));

test('rows are grouped by login, connection and host, and each group closes', withRig(async (rig) => {
    const { page } = await listed(rig);
    for (const [by, heads, first] of [['login', 5, /CONTOSO\\alice/], ['connection', 3, /Client connection C1[\s\S]*1 failure/], ['host', 1, /demo\.lab\.why401\.test/]]) {
        await page.locator('#group').selectOption(by);
        const groups = page.locator(`.row.group.${by}`);
        await groups.first().waitFor();
        assert.equal(await groups.count(), heads, by);
        assert.match(await groups.first().innerText(), first);
        const rows = await page.locator('.rows .row').count();
        await groups.first().locator('.fold').click();
        assert.ok(await page.locator('.rows .row').count() < rows, by);
        await groups.first().locator('.fold').click();
    }
}));

test('the filter lets through what the grammar says, for what was and for what comes', withRig(async (rig) => {
    const { proxy, page } = await listed(rig);
    await page.locator('#fold').uncheck();
    const filtered = async (words) => {
        await page.locator('#filter').fill(words);
        await page.locator(`#matching[data-for="${words}"]`).waitFor();
        return numbers(page);
    };
    assert.deepEqual(await filtered('finding:NTLM-POOL-*'), ['5', '12']);
    assert.deepEqual(await filtered('status:401.2 conn:U2'), ['5']);
    assert.deepEqual(await filtered('user:bob status:200'), ['8', '12']);
    assert.deepEqual(await filtered('payslip'), ['12']);
    assert.deepEqual(await filtered('host:nowhere'), []);
    assert.deepEqual(await filtered('later'), []);
    await logIn(proxy, 'bob', 'Builder1', 'later');
    await page.locator('#sessions .rows .row', { hasText: '/later' }).nth(1).waitFor();
    assert.deepEqual(await numbers(page), ['13', '14']);
}));

test('while much is passing the filter loses nothing, and clearing it shows all', withRig(async (rig) => {
    const { proxy, page } = await listed(rig);
    await page.locator('#filter').fill('status:200 anonymous');
    await page.locator('#matching[data-for="status:200 anonymous"]').waitFor();
    const many = 300, urls = Array.from({ length: many }, (_, i) => `${STAGE}anonymous/${i}`);
    await curl(proxy, ...urls.flatMap((url) => ['-o', '/dev/null', url]));
    await page.getByText(`${many} matches`).waitFor();
    curl(proxy, ...urls.flatMap((url) => ['-o', '/dev/null', url]));
    await page.locator('#filter').fill('');
    await page.locator('#matching').waitFor({ state: 'detached' });
    await page.locator('#exchanges', { hasText: `${12 + 2 * many} exchanges` }).waitFor();
    await page.locator('#sessions').press('End');
    await page.locator(`#row-${12 + 2 * many}`).waitFor();
    assert.equal(await page.locator('#matching').count(), 0);
}));

test('a filter and a capture in the address are followed', withRig(async (rig) => {
    const { page } = await listed(rig);
    await page.evaluate(() => { location.hash = '#view=list&filter=status:500'; });
    await page.locator('#matching[data-for="status:500"]', { hasText: '0 matches' }).waitFor();
    await page.evaluate(() => { location.hash = '#view=list&capture=77'; });
    await page.locator('#notice', { hasText: 'No capture of that number is open' }).waitFor();
    await page.locator('.row.bad-row').first().waitFor();
    assert.equal(new URL(page.url()).hash, '#view=list');
    await page.locator('#message').waitFor({ state: 'detached' });
}));

test('failures of one kind at one server are one card, and the others are a click away', withRig(async (rig) => {
    const { proxy, page } = await listed(rig);
    for (const user of ['alice', 'bob', 'carol']) await logIn(proxy, user, 'wrong', 'again');
    await page.getByRole('button', { name: '2 more like it' }).click();
    await page.locator('#matching', { hasText: '3 matches' }).waitFor();
    assert.match(await page.locator('#filter').inputValue(), /^finding:NTLM-\S+ host:demo/);
    assert.match(await page.locator('#findings li').first().innerText(), /NTLM-POOL-003/, 'the worst comes first');
}));

test('the filter completes words and remembers what was used', withRig(async (rig) => {
    const { page } = await listed(rig);
    const offers = () => page.locator('#filter-offers li').allInnerTexts();
    await page.locator('#filter').click();
    assert.ok((await offers()).some((offer) => offer.startsWith('status:')));
    await page.keyboard.type('find');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('#filter').inputValue(), 'finding:');
    await page.keyboard.type('003');
    assert.ok((await offers()).some((offer) => offer.includes('NTLM-POOL-003')));
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.locator('#filter').getAttribute('aria-activedescendant'), 'offer-0');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.locator('#matching').waitFor();
    const used = await page.locator('#filter').inputValue();
    await page.keyboard.press('Enter');
    await page.locator('#filter').fill('');
    assert.ok((await offers()).some((offer) => offer.includes(used.trim()) && offer.includes('used before')));
}));

test('the list is walked by keyboard, and what is chosen is explained', withRig(async (rig) => {
    const { page } = await listed(rig);
    await page.locator('#sessions').press('Home');
    await page.keyboard.press('End');
    assert.match(await page.locator('.row.chosen').innerText(), /^12/);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowDown');
    assert.match(await page.locator('#because').innerText(), /served it as CONTOSO\\alice/);
    assert.equal(await page.locator('#sessions').getAttribute('aria-activedescendant'), 'row-12');
}));
