// The set-up page in a real Chromium that is set up as the page says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PATIENCE, withRig } from './rig.mjs';

const SETUP = 'http://why401.test/';

/** A page of a browser with these options, and the hosts that it asked. */
async function open(rig, options, address, context = {}) {
    const browser = await rig.launch(...options);
    const page = await (await browser.newContext(context)).newPage();
    page.setDefaultTimeout(PATIENCE);
    const hosts = new Set(), wrongs = [];
    page.on('request', (request) => { if (!request.url().startsWith('data:')) hosts.add(new URL(request.url()).host); });
    page.on('console', (line) => wrongs.push(line.text()));
    page.on('pageerror', (error) => wrongs.push(error.message));
    await page.goto(address);
    return { page, hosts: [...hosts], wrongs };
}

/** The options that the page shows for Chromium, without the profile, which Playwright makes. */
const shown = (proxy) => [`--proxy-server=http://${proxy.proxy}`, '--proxy-bypass-list=<-loopback>'];

test('set up with the options it shows, the browser is told that it works, and asks nobody else', withRig(async (rig) => {
    const proxy = await rig.proxy('--capture', 'off');
    const { page, hosts, wrongs } = await open(rig, shown(proxy), SETUP);
    assert.match(await page.locator('#door').innerText(), /You are looking at this through the proxy: it works\./);
    assert.ok((await page.locator('pre').first().innerText()).includes(shown(proxy)[0]));
    assert.deepEqual(hosts, ['why401.test']);
    // The image that only a browser shows which trusts the CA.
    assert.deepEqual(wrongs.filter((line) => !/ERR_CERT_AUTHORITY_INVALID/.test(line)), []);
}));

test('it says that the browser does not trust the CA yet, and says so when it does, without a script', withRig(async (rig) => {
    const proxy = await rig.proxy('--capture', 'off');
    const distrusting = await open(rig, shown(proxy), SETUP, { javaScriptEnabled: false });
    const before = distrusting.page.frameLocator('iframe').locator('#trust');
    await distrusting.page.waitForEvent('requestfailed', (request) => request.url().startsWith('https://why401.test/trusted.svg'));
    assert.match(await before.innerText(), /does not trust the CA yet/);
    const trusting = await open(rig, shown(proxy), SETUP, { javaScriptEnabled: false, ignoreHTTPSErrors: true });
    const after = trusting.page.frameLocator('iframe').locator('#trust.good');
    await after.waitFor();
    assert.match(await after.innerText(), /This browser trusts the CA\./);
}));

test('it hands out the CA, and each system has its steps', withRig(async (rig) => {
    const proxy = await rig.proxy('--capture', 'off');
    const { page } = await open(rig, shown(proxy), SETUP);
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#ca').click()]);
    assert.equal(download.suggestedFilename(), 'why401-ca.pem');
    await page.locator('summary', { hasText: 'Debian' }).click();
    assert.ok(await page.getByText('sudo update-ca-certificates', { exact: false }).first().isVisible());
}));

for (const where of ['proxy', 'ui'])
    test(`the PAC file at the port of the ${where} sets a browser up`, withRig(async (rig) => {
        const proxy = await rig.proxy('--capture', 'off');
        const { page } = await open(rig, [`--proxy-pac-url=http://${proxy[where]}/proxy.pac`], SETUP);
        assert.match(await page.locator('#door').innerText(), /it works/);
    }));

test('opened as a site, the proxy says that it is none', withRig(async (rig) => {
    const proxy = await rig.proxy('--capture', 'off');
    const { page, hosts, wrongs } = await open(rig, [], `http://${proxy.proxy}/`);
    assert.match(await page.locator('#door').innerText(), /You reached the proxy's own address\./);
    assert.deepEqual(hosts, [proxy.proxy]);
    assert.deepEqual(wrongs, []);
}));

/** In the page: elements whose text stands out too little from what is behind it (WCAG 1.4.3), with the ratio. */
function faint() {
    const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
    const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const colour = numbers(getComputedStyle(at).backgroundColor);
            if (colour.length === 3 || colour[3] === 1) return colour;
        }
        return [255, 255, 255];
    };
    const ratio = (element) => {
        const [dark, light] = [luminance(numbers(getComputedStyle(element).color)), luminance(behind(element))].sort((a, b) => a - b);
        return (light + 0.05) / (dark + 0.05);
    };
    const texts = [...document.body.querySelectorAll('*')].filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
    return { count: texts.length, faint: texts.filter((element) => ratio(element) < 4.5).map((element) => `${element.outerHTML.slice(0, 60)} ${ratio(element)}`) };
}

for (const colorScheme of ['light', 'dark'])
    test(`its text stands out in the ${colorScheme} scheme, on a narrow screen too`, withRig(async (rig) => {
        const proxy = await rig.proxy('--capture', 'off');
        const { page } = await open(rig, shown(proxy), SETUP, { colorScheme, viewport: { width: 320, height: 600 } });
        const found = await page.evaluate(faint);
        assert.ok(found.count > 30);
        assert.deepEqual(found.faint, []);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
    }));

test('its headings make an outline and its language is said', withRig(async (rig) => {
    const proxy = await rig.proxy('--capture', 'off');
    const { page } = await open(rig, shown(proxy), SETUP);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    const levels = await page.locator('h1, h2, h3').evaluateAll((all) => all.map((heading) => Number(heading.tagName[1])));
    assert.deepEqual(levels.filter((level) => level === 1), [1]);
    levels.forEach((level, i) => assert.ok(i === 0 ? level === 1 : level - levels[i - 1] <= 1));
    assert.equal(await page.locator('main').count(), 1);
}));
