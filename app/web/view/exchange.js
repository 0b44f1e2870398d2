// The chosen exchange: its bytes, what its tokens say, which connection it was sent on and why, what was changed.
import { html } from '../html.js';
import * as choice from '../choice.js';
import { getExchange } from '../api.js';
import { Head } from './head.js';
import { Section, ToConnection, WhoAsks, Wire } from './parts.js';
import { columns, sentence, version } from '../state.js';
import { clock, counted, shown, shownLines, size, span } from '../model/text.js';
import { microsecondsOf } from '../model/columns.js';
import { useEffect, useState } from '../vendor/hooks.js';

/** @import { Decision, Decoded, ExchangeDetail, Message, Token } from '../types.js' */

const BODY_SHOWN = 8192; // characters

/** @param {{ decoded: Decoded, open?: boolean }} given */
function DecodedToken({ decoded }) {
    return html`
        <div class="decoded">
            <p><b><${Wire} text=${decoded.scheme} most=${60} /></b> <${Wire} text=${decoded.message} most=${60} /></p>
            ${decoded.anomalies?.map(({ what, clause }) => html`<p class="warn">! <${Wire} text=${what} /> <span class="soft"><${Wire} text=${clause} /></span></p>`)}
            <table><tbody>${decoded.fields?.map(({ name, value, meaning, clause }) => html`
                <tr><th scope="row"><${Wire} text=${name} most=${80} /></th><td><code><${Wire} text=${String(value ?? '')} most=${400} /></code>
                    ${meaning && html`<br /><${Wire} text=${meaning} most=${400} />`}${clause && html` <span class="soft"><${Wire} text=${clause} most=${80} /></span>`}</td></tr>`)}</tbody></table>
            ${decoded.inner && html`<div class="inner"><${DecodedToken} decoded=${decoded.inner} /></div>`}
        </div>`;
}

/** @param {{ tokens: Token[] }} given */
const Tokens = ({ tokens }) => html`${tokens.map((token) => html`
    <details class="token" open=${tokens.length < 4}><summary><${Wire} text=${token.name} most=${60} />: ${counted(token.decoded.length, 'part')}</summary>
        ${token.decoded.map((decoded) => html`<${DecodedToken} decoded=${decoded} />`)}</details>`)}`;

/** @param {{ message: Message, name: string, pointed: boolean }} given */
function Body({ message, name, pointed }) {
    const { body } = message;
    if (body.length === 0) return null;
    const kept = body.truncated ? `, the first ${size(body.kept)} of them kept` : '';
    return html`
        <details class="body" open=${pointed}><summary>Body of the ${name}: ${counted(body.length, 'byte')}${kept}</summary>
            ${body.text === null ? html`<p class="soft">Not text; in Base64:</p>` : ''}
            <pre class="head" tabindex="0" role="region" aria-label=${`Body of the ${name}, as text`}>${shownLines((body.text ?? body.base64 ?? '').slice(0, BODY_SHOWN).replaceAll('\r\n', '\n').replaceAll('\n', '\r\n'))}${(body.text ?? body.base64 ?? '').length > BODY_SHOWN ? ' …' : ''}</pre>
        </details>`;
}

/** @param {{ detail: ExchangeDetail, which: 'request' | 'response' }} given */
function MessagePart({ detail, which }) {
    const message = detail[which], at = choice.evidence.value;
    const here = at !== null && at.exchange === detail.id && at.at.startsWith(which);
    const inBody = here && at.at === `${which}.body`;
    const tokens = detail.tokens.filter((token) => token.message === which);
    const ours = which === 'response' && detail.answered_by_us;
    const title = which === 'request' ? 'Request, as the client sent it' : ours ? 'Response, made by why401' : 'Response, as the server sent it';
    if (!message.head) return html`<${Section} title=${which === 'request' ? 'Request' : 'Response'}><p class="soft">None was recorded.</p></${Section}>`;
    return html`
        <${Section} title=${title}>
            <div class=${tokens.length ? 'beside' : ''}>
                <${Head} message=${message} pointed=${here && !inBody ? at.bytes : null} label=${title} />
                ${tokens.length > 0 && html`<div class="tokens"><${Tokens} tokens=${tokens} /></div>`}
            </div>
            <${Body} message=${message} name=${which} pointed=${inBody} />
        </${Section}>`;
}

/** @param {{ decision: Decision, chosen: boolean }} given */
const WhyThisLane = ({ decision, chosen }) => html`
    <section class=${`part ${chosen ? 'pointed' : ''}`} id="why-this-lane"><h3>Why this connection?</h3>
        <p>Policy <b><${Wire} text=${decision.policy} most=${60} /></b> chose <${ToConnection} id=${decision.chosen} />${decision.opened_new ? ', opened for it' : ''}: <${Wire} text=${decision.because} />.</p>
        ${decision.candidates.length > 0 && html`<p class="soft">It looked at ${decision.candidates.map(({ connection, last_client: last, private_to_other: closed }, index) => html`${index > 0 ? ', ' : ''}<${ToConnection} id=${connection} />
            ${last ? ` (carried ${last} last)` : ''}${closed ? ' (private to another client)' : ''}`)}.</p>`}
    </section>`;

/** @param {{ detail: ExchangeDetail }} given */
function Changes({ detail }) {
    const edits = [...detail.request.edits.map((edit) => ({ ...edit, which: 'request' })), ...detail.response.edits.map((edit) => ({ ...edit, which: 'response' }))];
    const changed = edits.length > 0 || detail.injected.length > 0;
    return html`
        <${Section} title="What why401 changed">
            ${!changed && html`<p>Nothing${detail.answered_by_us ? ', but it made the response itself' : ''}.</p>`}
            ${detail.injected.length > 0 && html`<p class="warn">Injected on purpose: <${Wire} text=${detail.injected.join(', ')} /></p>`}
            <ul class="sentences">${edits.map(({ which, because, text, length }) => html`<li>In the ${which}: <${Wire} text=${because} />
                ${text && html` · added <code>${shown(text.trim(), 120)}</code>`}${length > 0 && html` · ${counted(length, 'byte')} not passed on`}</li>`)}</ul>
        </${Section}>`;
}

/** @param {{ detail: ExchangeDetail }} given */
function Times({ detail }) {
    const { timing } = detail, started = microsecondsOf(timing.started);
    /** @type {[string, string | null][]} */
    const steps = [['first byte of the request', timing.started], ['its head was whole', timing.request_head], ['sent on to the server', timing.forwarded],
        ['head of the response had come', timing.response_head], ['over', timing.ended]];
    return html`
        <${Section} title="When"><table class="times"><tbody>${steps.filter(([, time]) => time).map(([name, time]) => html`
            <tr><th scope="row">${name}</th><td>${clock(microsecondsOf(time))}</td><td class="soft">+${span(Math.max(0, microsecondsOf(time) - started))}</td></tr>`)}</tbody></table></${Section}>`;
}

/** @param {{ detail: ExchangeDetail }} given */
function Facts({ detail }) {
    const row = columns.rowOf(detail.id);
    return html`
        <h2 class="url"><b><${Wire} text=${detail.method} most=${20} /></b> <${Wire} text=${detail.url} /></h2>
        <dl class="facts">
            <dt>Connections</dt><dd><${ToConnection} id=${detail.client_connection} /> → <${ToConnection} id=${detail.upstream_connection} /></dd>
            ${row >= 0 && html`<dt>Identity</dt><dd><${WhoAsks} row=${row} /></dd>`}
            ${detail.substatus && html`<dt>Substatus</dt><dd><b>${detail.substatus.value}</b>, ${detail.substatus.confidence} <span class="soft">(from: ${detail.substatus.basis})</span></dd>`}
            ${detail.fault && html`<dt>Broke</dt><dd class="bad"><${Wire} text=${detail.fault.what} /> <span class="soft">(${shown(detail.fault.stage, 60)}${detail.fault.clause ? `, ${shown(detail.fault.clause, 60)}` : ''})</span></dd>`}
            <dt>Outcome</dt><dd>${detail.outcome}${detail.answered_by_us ? ', answered by why401' : ''}</dd>
        </dl>`;
}

export function ExchangePanel() {
    const id = choice.exchange.value, row = columns.rowOf(id);
    void version.value;
    const state = row < 0 ? '' : `${columns.number('status', row)} ${columns.word('outcome', row)} ${columns.word('finding', row)}`;
    const [detail, setDetail] = useState(/** @type {ExchangeDetail | null} */ (null));
    const [trouble, setTrouble] = useState('');
    useEffect(() => {
        let wanted = true;
        setTrouble('');
        if (id) getExchange(id).then((got) => wanted && setDetail(got), (error) => wanted && (setDetail(null), setTrouble(sentence(error))));
        return () => { wanted = false; };
    }, [id, choice.capture.value, state]);
    if (!id) return html`<p class="soft">Choose an exchange, on the map or in the list, to see its bytes.</p>`;
    if (trouble) return html`<p class="bad">${trouble}</p>`;
    if (!detail || detail.id !== id) return html`<p class="soft">Reading exchange ${id} …</p>`;
    return html`
        <article class="exchange" aria-label=${`Exchange ${id}`}>
            <p class="lead-line"><b>#${id}</b> · ${clock(microsecondsOf(detail.time))} <button type="button" class="link" onClick=${() => { choice.panel.value = 'explain'; }}>Explain it</button></p>
            <${Facts} detail=${detail} />
            <${MessagePart} detail=${detail} which="request" />
            <${MessagePart} detail=${detail} which="response" />
            ${detail.decision && html`<${WhyThisLane} decision=${detail.decision} chosen=${choice.evidence.value?.at === 'decision'} />`}
            <${Changes} detail=${detail} />
            <${Times} detail=${detail} />
        </article>`;
}
