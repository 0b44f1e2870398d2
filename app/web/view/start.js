// Three doors: try it on the built-in lab, capture a browser, or open a capture that somebody made.
import { html } from '../html.js';
import * as api from '../api.js';
import * as choice from '../choice.js';
import { look } from '../loading.js';
import { act, columns, notice, run, status, version } from '../state.js';
import { shown, size } from '../model/text.js';
import { useEffect, useState } from '../vendor/hooks.js';

/** @import { CaptureList } from '../types.js' */

function Lab() {
    const lab = Boolean(run.value?.lab);
    const play = async () => {
        if (choice.capture.value) await look(0);
        if (await act(api.playDemo)) choice.dialog.value = '';
    };
    return html`
        <section class="door"><h3>Try the lab</h3>
            <p>Three acts with a built-in server that behaves like IIS: a login that works, the same login broken by pooling, and one user served as another.</p>
            ${lab ? html`<p><button type="button" class="strong" id="play" onClick=${play}>Play the three acts</button></p>`
                : html`<p>This run has no lab. Start one that has:</p><pre>why401 demo</pre>`}</section>`;
}

function Browser() {
    const proxy = run.value?.proxy;
    if (!proxy) return html`<section class="door"><h3>Capture a browser</h3><p>This page only shows a file. To record, start the proxy:</p><pre>why401 proxy</pre></section>`;
    return html`
        <section class="door"><h3>Capture a browser</h3>
            <p>A browser of its own, with a proxy of its own, set up for http and https:</p><pre>why401 open https://server/</pre>
            <p>For the proxy that runs here: Chrome, Chromium or Edge, in a profile of its own:</p>
            <pre>chromium --user-data-dir=/tmp/why401-profile --proxy-server=http://${proxy} --proxy-bypass-list='${'<-loopback>'}'</pre>
            <p>On Windows, with chrome or msedge:</p>
            <pre>start chrome --user-data-dir=%TEMP%\\why401 --proxy-server=http://${proxy} "--proxy-bypass-list=${'<-loopback>'}"</pre>
            <p>Or curl:</p><pre>curl --proxy http://${proxy} --ntlm --user 'DOMAIN\\name' http://server/</pre>
            <p>For other programs, <code>http://${proxy}/</code> shows the steps, and <code>http://${run.value?.ui ?? location.host}/proxy.pac</code> is a proxy configuration file. http is read and explained, https of the hosts that are decrypted too.</p></section>`;
}

function Captures() {
    const [files, setFiles] = useState(/** @type {CaptureList | null} */ (null));
    useEffect(() => { api.getCaptures().then(setFiles, () => setFiles({ folder: '', captures: [] })); }, []);
    const open = async (/** @type {() => Promise<{ id: number }>} */ how) => {
        await act(async () => {
            await look((await how()).id);
            choice.dialog.value = '';
        });
    };
    const chosen = async (/** @type {any} */ event) => {
        const file = event.target.files[0];
        if (file) await open(() => api.uploadCapture(file));
        event.target.value = '';
    };
    const others = files?.captures.filter(({ current }) => !current) ?? [];
    return html`
        <section class="door"><h3>Open a capture file</h3>
            <p><label class="file">A <code>.why401</code> file: <input type="file" id="file" accept=".why401" onChange=${chosen} /></label></p>
            ${others.length > 0 && html`<p>Or one of those in <code>${shown(files?.folder, 200)}</code>:</p>
                <ul class="captures">${others.slice(0, 50).map(({ name, size: bytes, modified }) => html`
                    <li><button type="button" class="link" onClick=${() => open(() => api.openCapture({ name }))}>${shown(name, 120)}</button> <span class="soft">${size(bytes)}, ${shown(modified, 40).slice(0, 16).replace('T', ' ')}</span></li>`)}</ul>`}
        </section>`;
}

export const Doors = () => html`
    <div class="doors"><${Lab} /><${Browser} /><${Captures} /></div>
    ${notice.value && html`<p class="bad" role="alert">${notice.value}</p>`}`;

/** Instead of an empty map. */
export function Welcome() {
    void version.value;
    if (columns.size > 0 || !status.value) return null;
    const viewing = status.value.viewing;
    return html`
        <div class="welcome">
            <h2>${viewing ? 'There is no exchange in this capture' : 'Waiting for the first request'}</h2>
            <p class="soft">why401 tells you why you are getting 401: which hop is at fault, how sure it is, and the bytes that prove it.</p>
            <${Doors} /></div>`;
}
