// What the user has chosen to see. It stands in the address, so that a reload, a bookmark or a colleague's click
// leads to the same place; the theme and how rows are grouped are remembered by the browser.

import { batch, effect, signal } from './vendor/signals.js';

/** @import { GroupBy } from './model/groups.js' */
/** @import { Evidence } from './types.js' */

/** @typedef {'map' | 'list' | 'table'} View */
/** @typedef {'explain' | 'exchange' | 'connection'} Panel */

/** @type {import('./vendor/signals.js').Signal<View>} */
export const view = signal('map');
/** @type {import('./vendor/signals.js').Signal<Panel>} */
export const panel = signal('explain');
/** Ids; 0: none. */
export const exchange = signal(0), finding = signal(0);
/** "C1", "U3" or nothing. */
export const connection = signal('');
/** The origin whose map is shown; nothing: that of the newest failure. */
export const origin = signal('');
export const filter = signal('');
/** The capture that is looked at; 0: the run itself. */
export const capture = signal(0);
/** Bytes to be shown of the exchange. @type {import('./vendor/signals.js').Signal<Evidence | null>} */
export const evidence = signal(null);
/** Exchanges from one id to another, when only a part is looked at. @type {import('./vendor/signals.js').Signal<[number, number] | null>} */
export const range = signal(null);
/** The last id that is shown while the view is held still; 0: it moves. */
export const pausedAt = signal(0);
/** Index of the line of the map under the mouse; -1: none. */
export const pointed = signal(-1);
export const trueTime = signal(false);
/** @type {import('./vendor/signals.js').Signal<Set<string>>} */
export const toggled = signal(new Set());
/** @type {import('./vendor/signals.js').Signal<'' | 'keys' | 'changes' | 'faults' | 'decryption' | 'open' | 'start'>} */
export const dialog = signal('');

/** @param {string} name @param {string} otherwise */
export function remembered(name, otherwise) {
    const kept = signal(otherwise);
    try {
        kept.value = localStorage.getItem(`why401.${name}`) ?? otherwise;
    } catch { /* without storage it is as on the first day */ }
    effect(() => {
        try {
            localStorage.setItem(`why401.${name}`, kept.value);
        } catch { /* as above */ }
    });
    return kept;
}

export const theme = remembered('theme', 'system');
export const grouping = /** @type {import('./vendor/signals.js').Signal<GroupBy>} */ (remembered('group', 'none'));
export const folding = remembered('fold', 'yes');

const ADDRESS = { view, panel, exchange, finding, connection, origin, filter, capture };

/** Reads the address; what it does not name is as at first. */
export function readAddress() {
    const said = new URLSearchParams(location.hash.slice(1));
    const number = (/** @type {string} */ name) => Math.max(0, Math.trunc(Number(said.get(name))) || 0);
    batch(() => {
        const wanted = said.get('view');
        view.value = wanted === 'list' || wanted === 'table' ? wanted : 'map';
        const part = said.get('panel');
        panel.value = part === 'exchange' || part === 'connection' ? part : 'explain';
        exchange.value = number('exchange');
        finding.value = number('finding');
        capture.value = number('capture');
        connection.value = said.get('connection') ?? '';
        origin.value = said.get('origin') ?? '';
        filter.value = said.get('filter') ?? '';
    });
}

export function keepAddress() {
    let lastStep = `${view.value} ${panel.value} ${finding.value} ${capture.value}`;
    effect(() => {
        const said = new URLSearchParams();
        for (const [name, { value }] of Object.entries(ADDRESS))
            if (value && value !== 'map' && value !== 'explain') said.set(name, String(value));
        const text = said.toString();
        const place = text ? `#${text}` : location.pathname, step = `${view.value} ${panel.value} ${finding.value} ${capture.value}`;
        // Another view or part of the panel is a step that the browser's Back takes back; a move from row to row is none.
        if (text !== location.hash.slice(1)) history[step === lastStep ? 'replaceState' : 'pushState'](null, '', place);
        lastStep = step;
    });
}

/** @param {number} id @param {Evidence | null} [shown] bytes to point at */
export function selectExchange(id, shown = null) {
    batch(() => {
        exchange.value = id;
        evidence.value = shown;
        connection.value = '';
        if (shown) panel.value = 'exchange';
        else finding.value = 0; // a finding is kept while its evidence is followed
    });
}

/** @param {string} id */
export function selectConnection(id) {
    batch(() => {
        connection.value = id;
        panel.value = 'connection';
    });
}
