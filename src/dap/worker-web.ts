/** Entry of the adapter in a web worker: protocol messages go both ways as plain objects. */
import { Adapter } from "./adapter.ts";
import { workerHost } from "./worker-host.ts";

const adapter = new Adapter(workerHost(yieldToInput()), (message) => self.postMessage(message));
self.addEventListener("message", (event: MessageEvent<unknown>) => adapter.handle(event.data));

/** A message to oneself queues behind waiting input, and unlike a timer is never held back. */
function yieldToInput(): () => Promise<void> {
  const { port1, port2 } = new MessageChannel();
  let resume = (): void => {};
  port2.onmessage = () => resume();
  return () =>
    new Promise((resolve) => {
      resume = resolve;
      port1.postMessage(null);
    });
}
