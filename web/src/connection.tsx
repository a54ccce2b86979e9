// The pane for what is sent along with every request.
import type { GraphiQLPlugin } from "@graphiql/react";
import { useGraphiQLActions } from "@graphiql/react";
import { useId, useState, useSyncExternalStore } from "react";

import { PlugIcon } from "./icons";
import { ENDPOINT, pathProblem, readHeaders, settings } from "./settings";

function ConnectionPane() {
  const current = useSyncExternalStore(settings.subscribe, settings.get);
  const { introspect } = useGraphiQLActions();
  const [headers, setHeaders] = useState(() =>
    Object.keys(current.headers).length ? JSON.stringify(current.headers, null, 2) : "",
  );
  const [path, setPath] = useState(current.path);
  const [headersWrong, setHeadersWrong] = useState("");
  const [pathWrong, setPathWrong] = useState("");
  const id = useId();

  // What is typed counts when it is done: half a token is sent to nobody.
  const takeHeaders = () => {
    const read = readHeaders(headers);
    setHeadersWrong(typeof read === "string" ? read : "");
    if (typeof read === "string" || JSON.stringify(read) === JSON.stringify(settings.get().headers)) return;
    settings.set({ headers: read });
    void introspect(); // Another person may see another schema.
  };
  const takePath = () => {
    const problem = pathProblem(path.trim());
    setPathWrong(problem);
    if (!problem) settings.set({ path: path.trim() });
  };

  return (
    <div className="atlas-pane">
      <h2 className="graphiql-doc-explorer-title">Connection</h2>
      <label htmlFor={`${id}-headers`}>Headers of every request</label>
      <textarea
        id={`${id}-headers`}
        value={headers}
        rows={5}
        spellCheck={false}
        placeholder={'{ "Authorization": "Bearer …" }'}
        aria-describedby={`${id}-headers-wrong ${id}-kept`}
        aria-invalid={headersWrong !== ""}
        onChange={(event) => setHeaders(event.target.value)}
        onBlur={takeHeaders}
      />
      <p id={`${id}-headers-wrong`} role="alert">
        {headersWrong}
      </p>
      <p id={`${id}-kept`}>
        A JSON object. Kept until this tab is closed; the headers of a single query, below its editor, win.
      </p>
      <fieldset>
        <legend>Subscriptions travel over</legend>
        {(["websocket", "sse"] as const).map((transport) => (
          <label key={transport}>
            <input
              type="radio"
              name={`${id}-transport`}
              checked={current.transport === transport}
              onChange={() => settings.set({ transport })}
            />
            {transport === "sse" ? "server-sent events" : "WebSocket"}
          </label>
        ))}
      </fieldset>
      <label htmlFor={`${id}-path`}>Path of subscriptions, on this host</label>
      <input
        id={`${id}-path`}
        type="text"
        value={path}
        placeholder={ENDPOINT}
        spellCheck={false}
        aria-describedby={`${id}-path-wrong`}
        aria-invalid={pathWrong !== ""}
        onChange={(event) => setPath(event.target.value)}
        onBlur={takePath}
        onKeyDown={({ key }) => key === "Enter" && takePath()}
      />
      <p id={`${id}-path-wrong`} role="alert">
        {pathWrong}
      </p>
      <p>
        <a href="/graphiql/licences.txt">Licences</a> of what this page is made with.
      </p>
    </div>
  );
}

export const connectionPlugin: GraphiQLPlugin = { title: "Connection", icon: PlugIcon, content: ConnectionPane };
