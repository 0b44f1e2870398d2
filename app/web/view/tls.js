// TLS: whose is decrypted, what is known of it on a connection, and the one certificate that may be let through.
import { html } from '../html.js';
import * as api from '../api.js';
import { act, notice, run, status } from '../state.js';
import { signal } from '../vendor/signals.js';
import { interceptionText, shown } from '../model/text.js';
import { Section, Wire } from './parts.js';

/** @import { Certificate, Connection, Tls } from '../types.js' */

/** @param {string} text */
const hostsOf = (text) => text.split(/[\s,]+/).filter(Boolean);

/** Certificates that were let through from this page. @type {import('../vendor/signals.js').Signal<Set<string>>} */
const accepted = signal(new Set());

/** The host of "web01:443" or "[::1]:443". @param {string} authority */
export const hostOf = (authority) => authority.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');

/** Leaves this host alone from now on. @param {string} host */
export const tunnelHost = (host) => act(() => api.putInterception({ tunnel: [...new Set([...(run.value?.interception?.tunnel ?? []), host])] }));

export function Decryption() {
    const now = status.value?.interception;
    if (!now) return html`<h2 id="dialog-title">Decryption</h2><p>A recording does not decrypt anything.</p>`;
    const save = (/** @type {any} */ event) => {
        event.preventDefault();
        const form = new FormData(event.target), which = form.get('which');
        const some = hostsOf(String(form.get('hosts')));
        const odd = [...(which === 'some' ? some : []), ...hostsOf(String(form.get('tunnel')))].find((one) => /[/@[\]]|^[^:]*:[^:]*$/.test(one));
        if (odd) { notice.value = `“${odd}” is no name of a host, such as web01 or *.contoso.com: no https://, no port.`; return; }
        if (which === 'some' && some.length === 0) { notice.value = 'Name the hosts to decrypt, or choose “none”.'; return; }
        act(() => api.putInterception({ intercept: which === 'all' ? ['*'] : which === 'none' ? [] : some, tunnel: hostsOf(String(form.get('tunnel'))) }));
    };
    const all = now.intercept.includes('*'), none = now.intercept.length === 0;
    return html`
        <h2 id="dialog-title">Whose TLS is decrypted</h2>
        <p>To read https, this proxy must show the client a certificate of its own, which the client must trust (<code>why401 ca trust</code>). The server is checked first, in the client's place.</p>
        <p>Where a login is bound to the server's certificate (Extended Protection), decryption itself makes it fail. Tunnel such a host: then nothing in it is read, and nothing is changed.</p>
        <form id="decryption" onSubmit=${save}>
            <p><label><input type="radio" name="which" value="all" defaultChecked=${all} /> all hosts</label>${' '}
                <label><input type="radio" name="which" value="none" defaultChecked=${none} /> none</label>${' '}
                <label><input type="radio" name="which" value="some" defaultChecked=${!all && !none} /> these:</label>
                <input name="hosts" aria-label="Hosts to decrypt" placeholder="web01, *.contoso.com" size="40" defaultValue=${all ? '' : now.intercept.join(', ')} onInput=${(/** @type {any} */ { target }) => { target.form.elements.which.value = 'some'; }} /></p>
            <p><label>Never these, whatever is said above: <input name="tunnel" placeholder="bank.example" size="40" defaultValue=${now.tunnel.join(', ')} /></label></p>
            <p><button type="submit">Decrypt so from now on</button> <span class="soft" id="decrypted">Now: ${interceptionText(now)}.</span></p>
        </form>
        <p class="soft">Connections that are open end with the exchange under way; clients come back by themselves.</p>
        ${notice.value && html`<p class="bad" role="alert">${notice.value}</p>`}`;
}

/** @param {{ certificate: Certificate, ours: boolean }} given */
const CertificateFacts = ({ certificate, ours }) => html`
    <dt>${ours ? 'We showed' : 'It showed'}</dt>
    <dd><${Wire} text=${certificate.subject || '(no subject)'} most=${200} /> <span class="soft">for <${Wire} text=${certificate.names.join(', ') || 'no name'} most=${300} />${certificate.names_left_out > 0 ? ` and ${certificate.names_left_out} more` : ''}</span><br />
        <span class="soft">from <${Wire} text=${certificate.issuer} most=${200} />, ${certificate.not_before?.slice(0, 10)} to ${certificate.not_after?.slice(0, 10)}</span><br />
        <span class="soft">SHA-256 <code>${certificate.sha256}</code></span>
        ${certificate.ntlm_binding && html`<br /><span class="soft">a login bound to it carries <code>${certificate.ntlm_binding}</code></span>`}</dd>`;

/** @param {{ facts: Connection, tls: Tls }} given */
function Refusal({ facts, tls }) {
    const { refusal, certificate } = tls, host = tls.server_name ?? hostOf(facts.origin ?? '');
    if (!refusal) return null;
    const mayPass = refusal.may_be_excepted && certificate && run.value?.interception?.possible && !status.value?.viewing;
    return html`
        <dt>Not accepted</dt><dd class="bad"><${Wire} text=${refusal.what} />${refusal.certificate && html` (<${Wire} text=${refusal.certificate} most=${200} />)`}. ${refusal.hint && html`<${Wire} text=${refusal.hint} />`}
            ${mayPass && html`<br />${accepted.value.has(certificate.sha256) ? html`<b id="accepted">It may pass until this run ends.</b>` : html`<button type="button" id="accept-certificate" onClick=${async () => { if (await act(() => api.acceptCertificate(host, certificate.sha256))) accepted.value = new Set([...accepted.value, certificate.sha256]); }}>Let this one certificate pass for <${Wire} text=${host} most=${100} /> until this run ends</button>`}`}</dd>`;
}

/** What is known of TLS on a connection. @param {{ facts: Connection }} given */
export function TlsOf({ facts }) {
    const { tls } = facts, ours = facts.leg === 'client';
    if (!tls) return null;
    return html`
        <${Section} title="TLS"><dl class="facts">
            ${tls.server_name && html`<dt>Asked for</dt><dd><${Wire} text=${tls.server_name} most=${200} /></dd>`}
            ${tls.version && html`<dt>Spoken</dt><dd>${shown(tls.version, 20)}, ${shown(tls.cipher ?? '', 60)}${tls.resumed ? ', resumed' : ''}</dd>`}
            ${tls.alpn_offered.length > 0 && html`<dt>Protocols</dt><dd>offered <${Wire} text=${tls.alpn_offered.join(', ')} most=${200} />${tls.version && html`; taken: ${shown(tls.alpn ?? 'none', 40)}`}${tls.alpn_declined.length > 0 && tls.version && html`; declined by why401: <${Wire} text=${tls.alpn_declined.join(', ')} most=${200} />`}</dd>`}
            ${tls.certificate && html`<${CertificateFacts} certificate=${tls.certificate} ours=${ours} />`}
            <${Refusal} facts=${facts} tls=${tls} />
            ${tls.excepted && html`<dt>Excepted</dt><dd class="warn">a check failed (${shown(tls.excepted, 60)}) and was set aside for this run</dd>`}
            ${tls.client_certificate_asked && html`<dt>Client certificate</dt><dd class="warn">the server asked for one, which no decrypting proxy can pass on${tls.client_certificate_issuers.length > 0 && html` (from <${Wire} text=${tls.client_certificate_issuers.join('; ')} most=${300} />)`}</dd>`}
            ${tls.remarks.length > 0 && html`<dt>Noted</dt><dd><${Wire} text=${tls.remarks.join('; ')} /></dd>`}
        </dl></${Section}>`;
}
