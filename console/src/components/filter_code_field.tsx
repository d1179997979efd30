/** CodeMirror as a field for one filter expression: coloured, completed, refused at the position that the server names. */

import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
  completionStatus,
  selectedCompletion,
  startCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension, Prec } from "@codemirror/state";
import { EditorView, keymap, placeholder as placeholderText, tooltips } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { completionsAt } from "../model/filter_completion";
import { placeOfError } from "../model/filter_keywords";
import type { SeenValues } from "../model/seen_values";
import type { FilterEditorProps } from "./filter_editor";
import { COLOURS, filterLanguage } from "./filter_language";

export default function FilterCodeField({ value, onSubmit, onChange, error, seen, placeholder }: FilterEditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const current = useRef({ onSubmit, onChange, seen });
  current.current = { onSubmit, onChange, seen };
  useEffect(() => {
    if (!box.current) return;
    const submit = (editor: EditorView) => {
      current.current.onSubmit(editor.state.doc.toString().trim());
      return true;
    };
    const tell = EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) current.current.onChange?.(state.doc.toString());
    });
    const extensions = [...basics(placeholder), completion(() => current.current.seen), keys(submit), tell];
    view.current = new EditorView({ parent: box.current, state: EditorState.create({ extensions }) });
    return () => view.current?.destroy();
  }, [placeholder]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    const editor = view.current;
    if (editor)
      editor.dispatch(setDiagnostics(editor.state, error ? [diagnostic(error, editor.state.doc.toString())] : []));
  }, [error]);
  return <div ref={box} />;
}

function basics(placeholder: string): Extension[] {
  const nonce = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
  return [
    EditorView.cspNonce.of(nonce),
    EditorView.contentAttributes.of({ "aria-label": "Filter expression", spellcheck: "false", autocapitalize: "off" }),
    EditorView.lineWrapping,
    tooltips({ parent: document.body, position: "fixed" }),
    placeholderText(placeholder),
    history(),
    closeBrackets(),
    bracketMatching(),
    filterLanguage,
    syntaxHighlighting(COLOURS),
    // One expression is one line, whatever was pasted.
    EditorState.transactionFilter.of((change) =>
      change.newDoc.lines > 1
        ? [
            change,
            {
              changes: {
                from: 0,
                to: change.newDoc.length,
                insert: change.newDoc.toString().replace(/\s*\n\s*/g, " "),
              },
              sequential: true,
            },
          ]
        : change,
    ),
  ];
}

function keys(submit: (editor: EditorView) => boolean): Extension {
  // Enter takes what is offered, unless that stands there already: then the expression is meant.
  const enter = (editor: EditorView) =>
    completionStatus(editor.state) === "active" && !isWritten(editor) && acceptCompletion(editor)
      ? true
      : submit(editor);
  return Prec.highest(
    keymap.of([
      { key: "Enter", run: enter },
      { key: "Mod-Enter", run: submit },
      { key: "Tab", run: acceptCompletion },
      // The list is closed, not the dialog around the field.
      { key: "Escape", run: closeCompletion, stopPropagation: true },
      ...closeBracketsKeymap,
      ...completionKeymap.filter(({ key }) => key !== "Enter"),
      ...historyKeymap,
      ...defaultKeymap.filter(({ key }) => key !== "Enter"),
    ]),
  );
}

function isWritten({ state }: EditorView): boolean {
  const offered = selectedCompletion(state)?.label ?? "";
  const { head } = state.selection.main;
  return state.sliceDoc(Math.max(0, head - offered.length), head) === offered;
}

const TYPES = {
  keyword: "keyword",
  property: "property",
  function: "function",
  text: "text",
  operator: "enum",
} as const;

function completion(seen: () => SeenValues): Extension {
  return autocompletion({
    icons: false,
    defaultKeymap: false,
    // Who types ahead of the list means the list.
    interactionDelay: 0,
    override: [
      (context) => {
        const { from, options } = completionsAt(context.state.doc.toString(), context.pos, seen());
        if (!context.explicit && from === context.pos && context.pos === 0) return null;
        return {
          from,
          options: options.map(({ label, detail, kind, writes }) => ({
            label: kind === "text" ? (writes ?? label) : label,
            displayLabel: label,
            type: TYPES[kind],
            ...(detail ? { detail } : {}),
            ...(writes
              ? {
                  apply: (editor: EditorView, _: unknown, start: number, end: number) =>
                    write(editor, writes, start, end),
                }
              : {}),
          })),
        };
      },
    ],
  });
}

/** Writes a form with the cursor where its first argument goes, and offers what may stand there. */
function write(editor: EditorView, text: string, from: number, to: number): void {
  const hole = [text.indexOf('""'), text.indexOf("{  }") + 1].find((at) => at > 0);
  const closing = editor.state.sliceDoc(to, to + 1) === '"' && text.endsWith('"') ? 1 : 0;
  editor.dispatch({
    changes: { from, to: to + closing, insert: text },
    selection: { anchor: from + (hole === undefined ? text.length : hole + 1) },
  });
  if (hole !== undefined || text.endsWith(" ")) setTimeout(() => startCompletion(editor));
}

function diagnostic(error: string, text: string): Diagnostic {
  const place = placeOfError(error);
  const from = Math.min(place?.at ?? 0, text.length);
  const word = place ? (/^[^\s(){}]+/.exec(text.slice(from))?.[0].length ?? 1) : text.length;
  // What is missing at the end is shown on the last character: nothing lies behind it.
  const start = from === text.length ? Math.max(from - 1, 0) : from;
  return { from: start, to: Math.min(start + word, text.length), severity: "error", message: place?.reason ?? error };
}
