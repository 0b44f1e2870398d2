// The three acts of the demo, seen in the page: what most tests of the view begin with.
import { curl } from './rig.mjs';

/** Where the acts are played. */
export const STAGE = 'http://demo.lab.why401.test/';

/** Opens the page of a proxy with a lab and plays the acts from it. */
export async function playedActs(rig, options = {}, ...more) {
    const proxy = await rig.proxy('--capture', 'off', '--lab', ...more);
    const { page, wrongs } = await rig.page({ viewport: { width: 1280, height: 720 }, ...options });
    await page.goto(proxy.address);
    await page.locator('#play').click();
    await page.locator('#map').waitFor();
    await page.locator('#findings li').nth(1).waitFor();
    await page.locator('.line').nth(11).waitFor();
    await page.locator('#exchanges', { hasText: '12 exchanges' }).waitFor();
    return { proxy, page, wrongs };
}

/** A change by a script, as `why401 policy` makes it. */
export const change = (proxy, path, body) => fetch(`http://${proxy.ui}/api/v1/${path}`, {
    method: 'PUT', headers: { Authorization: `Bearer ${proxy.token}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body),
});

/** Somebody logs in with NTLM, where the acts are played. */
export const logIn = (proxy, user, password, ...paths) =>
    curl(proxy, '--ntlm', '--user', `CONTOSO\\${user}:${password}`, ...paths.flatMap((path) => ['-o', '/dev/null', STAGE + path]));
