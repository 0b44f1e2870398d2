// What is shown: the filter with its completion, the view, grouping, and holding still.
import { html } from '../html.js';
import * as choice from '../choice.js';
import { KEYS, completions, remember, wordAt } from '../model/filters.js';
import { setFilter } from '../matching.js';
import { columns, matchedWords, matches, newest, shownRows, version } from '../state.js';
import { counted, shown } from '../model/text.js';
import { useEffect, useRef, useState } from '../vendor/hooks.js';

const WAIT = 200; // milliseconds after the last key

const VIEWS = /** @type {const} */ ([['map', 'Map'], ['list', 'Sessions'], ['table', 'Table']]);

/** @param {{ options: { insert: string, meaning: string }[], active: number, take: (insert: string) => void }} given */
const Offers = ({ options, active, take }) => html`
    <ul id="filter-offers" role="listbox" aria-label="Completions" class="offers">${options.map(({ insert, meaning }, index) => html`
        <li role="option" id=${`offer-${index}`} aria-selected=${index === active} class=${index === active ? 'chosen' : ''}
            onMouseDown=${(/** @type {Event} */ event) => { event.preventDefault(); take(insert); }}><code>${shown(insert, 120)}</code> <span class="soft">${meaning}</span></li>`)}</ul>`;

function FilterField() {
    const [text, setText] = useState(choice.filter.value), [open, setOpen] = useState(false), [active, setActive] = useState(-1);
    const field = useRef(/** @type {HTMLInputElement | null} */ (null));
    useEffect(() => { if (text !== choice.filter.value) setText(choice.filter.value); }, [choice.filter.value]);
    useEffect(() => {
        if (text === choice.filter.value) return undefined;
        const timer = setTimeout(() => setFilter(text), WAIT);
        return () => clearTimeout(timer);
    }, [text]);
    const caret = field.current?.selectionStart ?? text.length;
    const unknown = text.match(/(?:^|\s)-?([a-z_]+:)(?!\/)/i)?.[1] ?? '', isKnown = unknown === '' || KEYS.some(({ key }) => key === unknown.toLowerCase());
    const options = open ? completions(columns, text, caret) : [];
    const take = (/** @type {string} */ insert) => {
        const { begin } = wordAt(text, caret), ends = !insert.endsWith(':');
        const next = text.trim() === '' ? insert : text.slice(0, begin) + insert + (ends ? ' ' : '') + text.slice(caret).trimStart();
        setText(next);
        setActive(-1);
        if (ends) setOpen(false);
        field.current?.focus();
    };
    const key = (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            if (!open) setOpen(true);
            else setActive((active + (event.key === 'ArrowDown' ? 1 : options.length) + (active < 0 && event.key === 'ArrowUp' ? 0 : 0)) % Math.max(1, options.length));
        } else if ((event.key === 'Enter' || event.key === 'Tab') && open && options[active]) {
            event.preventDefault();
            take(options[active].insert);
        } else if (event.key === 'Enter') {
            setOpen(false);
            setFilter(text);
            remember(text);
        } else if (event.key === 'Escape') {
            if (open && options.length) setOpen(false);
            else if (text) setText('');
            else field.current?.blur();
            event.stopPropagation();
        }
    };
    return html`
        <div class="filter">
            <input id="filter" ref=${field} type="text" maxlength="500" value=${text} spellcheck=${false} autocomplete="off" placeholder="Filter: status:401 user:alice conn:U3 finding:NTLM-* text"
                role="combobox" aria-label="Filter" aria-expanded=${open && options.length > 0} aria-controls="filter-offers" aria-autocomplete="list"
                aria-activedescendant=${active >= 0 ? `offer-${active}` : undefined} onKeyDown=${key}
                onInput=${(/** @type {any} */ event) => { setText(event.target.value); setOpen(true); setActive(-1); }} onFocus=${() => setOpen(true)}
                onBlur=${() => { setOpen(false); remember(text); }} />
            ${!isKnown && html`<span class="filter-hint soft">No key is called <code>${shown(unknown, 40)}</code>: it is looked for as text.</span>`}
            ${open && options.length > 0 && html`<${Offers} options=${options} active=${active} take=${take} />`}
        </div>`;
}

function Hold() {
    const held = choice.pausedAt.value;
    return html`<button type="button" id="pause" aria-pressed=${held > 0} onClick=${hold}>${held ? `Held: ${counted(Math.max(0, newest.value - held), 'new one', 'new ones')}` : 'Hold still'}</button>`;
}

/** Holds the view as it is, or lets it go on. */
export function hold() {
    choice.pausedAt.value = choice.pausedAt.value ? 0 : newest.value;
    ++version.value;
}

function ListTools() {
    return html`
        <label>Group <select id="group" value=${choice.grouping.value} onChange=${(/** @type {any} */ event) => { choice.grouping.value = event.target.value; }}>
            <option value="none">nothing</option><option value="login">by login</option><option value="connection">by connection</option><option value="host">by host</option></select></label>
        <label class="check"><input type="checkbox" id="fold" checked=${choice.folding.value === 'yes'} onChange=${() => { choice.folding.value = choice.folding.value === 'yes' ? 'no' : 'yes'; }} /> fold logins</label>`;
}

export function FilterBar() {
    const part = choice.range.value;
    return html`
        <div class="filter-bar">
            <div class="tabs" role="group" aria-label="View">${VIEWS.map(([name, title]) => html`
                <button type="button" id=${`view-${name}`} aria-pressed=${choice.view.value === name} onClick=${() => { choice.view.value = name; }}>${title}</button>`)}</div>
            <${FilterField} />
            ${matches.value && html`<span class="soft" id="matching" data-for=${matchedWords.value}>${matchedWords.value === choice.filter.value ? counted(shownRows.value.length, 'match', 'matches') : 'searching …'}</span>`}
            ${part && html`<button type="button" id="whole" onClick=${() => { choice.range.value = null; }}>#${part[0]} to #${part[1]} ✕</button>`}
            ${choice.view.value === 'list' && html`<${ListTools} />`}
            <${Hold} />
        </div>`;
}
