// Whatever traffic can fill shows as text: script, ANSI, bidi, invalid UTF-8, endless. Nothing runs, nothing is
// asked of another host, nothing breaks the layout.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { withRig } from './rig.mjs';

const MARK = 'pwned';
const PAYLOADS = [
    `<script>document.title='${MARK}'</script>`, `<img src=x onerror="document.title='${MARK}'">`, `"><svg onload=document.title='${MARK}'>`,
    `'"--></style></script><script>document.title='${MARK}'</script>`, `javascript:document.title='${MARK}'`, `<iframe src=//canary.example></iframe>`,
    `<a href=javascript:document.title='${MARK}'>x</a>`, `{{constructor.constructor("document.title='${MARK}'")()}}`, '${document.title}', '<!--', '</bdi></div>',
    '\x1b[31mred\x1b[0m\x1b]0;title\x07', 'a\u202Egnp.exe', '\u2066\u2067\u2068x\u2069', '\u200b\u200d\ufeff', 'a\u0301'.repeat(200), '\u{1F600}'.repeat(50), 'W'.repeat(4000),
    '\x80\xff\xc0\xaf\xed\xa0\x80', '=cmd|calc', '%00%0d%0a', '&lt;b&gt;&amp;', '𝒜𝒷', 'مرحبا', '__proto__', 'constructor', 'NaN', '-1',
];
const utf16 = (text) => Buffer.from(text, 'utf16le');

/** An NTLM AUTHENTICATE of that domain, user and workstation. */
function authenticate(domain, user, workstation) {
    const parts = [Buffer.alloc(24), Buffer.alloc(48, 'p'), utf16(domain), utf16(user), utf16(workstation), Buffer.alloc(0)];
    const head = Buffer.alloc(64);
    head.write('NTLMSSP\0', 0, 'latin1');
    head.writeUInt32LE(3, 8);
    let at = 64;
    parts.forEach((part, index) => {
        head.writeUInt16LE(part.length, 12 + index * 8);
        head.writeUInt16LE(part.length, 14 + index * 8);
        head.writeUInt32LE(at, 16 + index * 8);
        at += part.length;
    });
    head.writeUInt32LE(0x00088201, 60);
    return Buffer.concat([head, ...parts]).toString('base64');
}

/** An origin that answers every request with this head and body. */
async function origin(rig, answer) {
    const sockets = new Set();
    const server = createServer((socket) => {
        sockets.add(socket);
        let seen = '';
        socket.on('error', () => {});
        socket.on('data', (bytes) => {
            seen += bytes.toString('latin1');
            while (seen.includes('\r\n\r\n')) {
                seen = seen.slice(seen.indexOf('\r\n\r\n') + 4);
                socket.write(answer);
            }
        });
    });
    await new Promise((then) => server.listen(0, '127.0.0.1', then));
    rig.ends.push(() => new Promise((then) => { for (const socket of sockets) socket.destroy(); server.close(then); }));
    return `127.0.0.1:${server.address().port}`;
}

/** Sends these bytes to the proxy and waits for the answer to begin. */
const say = (proxy, bytes) => new Promise((resolve) => {
    const [host, port] = proxy.proxy.split(':');
    const socket = connect(Number(port), host, () => socket.write(bytes));
    socket.setTimeout(20_000, () => socket.destroy());
    socket.on('error', resolve);
    socket.on('close', resolve);
    socket.on('data', () => { socket.end(); });
});

/** One line of a head: what may not stand in it is taken out. */
const inField = (payload) => Buffer.from(payload, payload.includes('\xff') ? 'latin1' : 'utf8').toString('latin1').replace(/[\r\n\0]/g, '');
const inTarget = (payload) => encodeURI(inField(payload)).replace(/#/g, '');

function request(host, payload, kind) {
    const field = inField(payload);
    const ntlm = `Authorization: NTLM ${authenticate(payload, payload, payload)}\r\n`;
    const basic = `Authorization: Basic ${Buffer.from(`${payload}:${payload}`).toString('base64')}\r\n`;
    const other = { ntlm, basic, bearer: `Authorization: Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ sub: payload, iss: payload })).toString('base64url')}.x\r\n`, bad: `Authorization: ${field}\r\n` }[kind];
    return Buffer.from(`GET http://${host}/${inTarget(payload)} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${field}\r\nX-${kind}: ${field}\r\n${other}Connection: close\r\n\r\n`, 'latin1');
}

test('no field of the traffic becomes anything but text, in any part of the page', withRig(async (rig) => {
    const proxy = await rig.proxy('--capture', 'off');
    for (const [index, payload] of PAYLOADS.entries()) {
        const field = inField(payload), quoted = field.replace(/["\\]/g, '\\$&');
        const body = Buffer.from(payload);
        const host = await origin(rig, Buffer.concat([Buffer.from(`HTTP/1.1 401 ${field}\r\nServer: ${field}\r\nWWW-Authenticate: Basic realm="${quoted}"\r\nWWW-Authenticate: Digest realm="${quoted}", nonce="${quoted}"\r\n` +
            `WWW-Authenticate: NTLM\r\nVia: 1.1 ${field}\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\n\r\n`, 'latin1'), body]));
        await say(proxy, request(host, payload, ['ntlm', 'basic', 'bearer', 'bad'][index % 4]));
    }
    const { page, wrongs } = await rig.page({ viewport: { width: 1280, height: 720 } });
    const reports = [];
    await page.exposeFunction('told', (what) => reports.push(what));
    await page.addInitScript(() => addEventListener('securitypolicyviolation', (event) => window.told(`${event.violatedDirective} ${event.blockedURI}`)));
    await page.goto(proxy.address);
    await page.locator('#map').waitFor();
    const title = await page.title();
    const total = Number((await page.locator('#exchanges').innerText()).split(' ')[0]);
    assert.ok(total >= PAYLOADS.length * 0.8, `${total} exchanges`);
    for (const view of ['map', 'list', 'table']) {
        await page.locator(`#view-${view}`).click();
        for (const panel of ['explain', 'exchange', 'connection'])
            for (let id = 1; id <= total; id += view === 'list' ? 1 : 7) {
                await page.evaluate(([number, part]) => { location.hash = `#view=${new URLSearchParams(location.hash.slice(1)).get('view') ?? 'map'}&panel=${part}&exchange=${number}&connection=C${number}`; }, [id, panel]);
                if (panel === 'exchange') await page.getByRole('article', { name: `Exchange ${id}`, exact: true }).waitFor();
            }
    }
    const found = await page.evaluate(() => ({
        foreign: document.querySelectorAll('#app :is(img, iframe, script, object, embed, style, base, form)').length,
        wide: document.documentElement.scrollWidth > innerWidth,
        links: [...document.querySelectorAll('#app a[href]')].map(({ href }) => href),
    }));
    assert.deepEqual(found, { foreign: 0, wide: false, links: [] });
    assert.equal(await page.title(), title);
    assert.deepEqual(reports, []);
    assert.deepEqual(wrongs, []);
}));

test('what is invisible is shown as a sign, and what turns direction is held apart', withRig(async (rig) => {
    const proxy = await rig.proxy('--capture', 'off');
    const host = await origin(rig, 'HTTP/1.1 401 no\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n');
    const credentials = Buffer.from('evil\u202Ecod.exe\x1b[2J:x').toString('base64');
    await say(proxy, `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Basic ${credentials}\r\nConnection: close\r\n\r\n`);
    const { page } = await rig.page();
    await page.goto(proxy.address);
    await page.locator('.line').first().click();
    await page.locator('#panel-exchange').click();
    await page.locator('.tokens').first().waitFor();
    const text = await page.locator('article.exchange').innerText();
    assert.match(text, /evil⟨202E⟩cod\.exe␛\[2J/);
    assert.doesNotMatch(text, /[\u202e\x1b]/);
    assert.equal(await page.locator('.line bdi.wire').first().evaluate((element) => getComputedStyle(element).unicodeBidi), 'isolate');
}));

test('the name of a file, and of a host in it, are text too', withRig(async (rig) => {
    const file = join(rig.folder(), 'made.why401');
    const proxy = await rig.proxy('--capture', file);
    const host = await origin(rig, 'HTTP/1.1 401 no\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n');
    await say(proxy, `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    await proxy.stop();
    execFileSync('python3', ['-c', "import sqlite3, sys; base = sqlite3.connect(sys.argv[1]); base.execute('UPDATE exchange SET authority = ?', ('evil\\u202egro.<b>x',)); base.commit()", file]);
    const shownFile = await rig.open(file);
    const { page, wrongs } = await rig.page();
    await page.goto(shownFile.address);
    await page.locator('.line').first().waitFor();
    const said = await page.evaluate(() => [document.querySelector('#app').innerText, ...[...document.querySelectorAll('[title], [aria-label]')].flatMap((one) => [one.title, one.ariaLabel])].join());
    assert.doesNotMatch(said, /\u202e/);
    assert.match(await page.locator('#origin').innerText(), /evil⟨202E⟩gro\.<b>x/);
    await page.locator('#doors').click();
    await page.locator('#file').setInputFiles({ name: 'safe\u202eevil.why401', mimeType: 'application/octet-stream', buffer: readFileSync(file) });
    await page.locator('#viewing', { hasText: 'safe⟨202E⟩evil' }).waitFor();
    assert.deepEqual(wrongs, []);
}));
