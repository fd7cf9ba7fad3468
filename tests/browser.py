"""A headless Chromium that is asked over a pipe, by the DevTools protocol: no package beyond the browser.

    with Browser(profile_folder) as browser:
        browser.open("file:///tmp/page.html", width=400, dark=True)
        browser.evaluate("document.title")
        browser.press("Tab")
        browser.screenshot(path)
"""
from __future__ import annotations

import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import time


def chromium():
    """The program, or None."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "Space": 32, "ArrowDown": 40, "ArrowUp": 38, "End": 35, "Home": 36}


class Browser:
    def __init__(self, profile, timeout=120):
        self.timeout, self.asked, self.events, self.rest = timeout, 0, [], b""
        theirs_in, self.out = os.pipe()
        self.inp, theirs_out = os.pipe()

        def place():  # the browser reads from 3 and writes to 4
            a, b = os.dup(theirs_in), os.dup(theirs_out)
            os.dup2(a, 3)
            os.dup2(b, 4)
        self.process = subprocess.Popen(
            [chromium(), "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe",
             "--no-first-run", "--disable-extensions", f"--user-data-dir={profile}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=place,
            close_fds=False)
        os.close(theirs_in)
        os.close(theirs_out)
        self.session = None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Accessibility", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.session = None
            self.ask("Browser.close")
        except (OSError, EOFError, TimeoutError):
            self.process.kill()
        self.process.wait(30)
        os.close(self.out)
        os.close(self.inp)

    def message(self, until):
        while b"\0" not in self.rest:
            if not select.select([self.inp], [], [], max(0.0, until - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            more = os.read(self.inp, 1 << 20)
            if not more:
                raise EOFError("the browser is gone")
            self.rest += more
        one, _, self.rest = self.rest.partition(b"\0")
        return json.loads(one)

    def ask(self, method, **params):
        self.asked += 1
        body = {"id": self.asked, "method": method, "params": params}
        if self.session:
            body["sessionId"] = self.session
        os.write(self.out, json.dumps(body).encode() + b"\0")
        until = time.monotonic() + self.timeout
        while True:
            answer = self.message(until)
            if answer.get("id") == self.asked:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method):
        until = time.monotonic() + self.timeout
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.message(until))

    def open(self, url, width=1280, height=900, dark=False):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.look(dark)
        for address in ("about:blank", url):  # a page that differs in its hash alone would not be loaded anew
            self.events = []
            self.ask("Page.navigate", url=address)
            self.wait_for("Page.loadEventFired")

    def look(self, dark, **features):
        self.ask("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            *({"name": name.replace("_", "-"), "value": value} for name, value in features.items())])

    def evaluate(self, expression):
        result = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"].get("exception", {}).get("description", expression))
        return result["result"].get("value")

    def press(self, key, shift=False):
        """A named key, or a character."""
        common = {"key": " " if key == "Space" else key, "code": key, "modifiers": 8 if shift else 0}
        if key in KEYS:
            common["windowsVirtualKeyCode"] = KEYS[key]
        text = {"Enter": "\r", "Space": " "}.get(key, key if len(key) == 1 else "")
        self.ask("Input.dispatchKeyEvent", type="keyDown", **common, **({"text": text} if text else {}))
        self.ask("Input.dispatchKeyEvent", type="keyUp", **common)

    def nodes(self):
        """The accessibility tree as (role, name) of what is not ignored."""
        tree = self.ask("Accessibility.getFullAXTree")["nodes"]
        return [(node.get("role", {}).get("value", ""), node.get("name", {}).get("value", "")) for node in tree
                if not node.get("ignored")]

    def problems(self):
        """What the console and the log said that is worse than information."""
        out = []
        for event in self.events:
            if event.get("method") == "Runtime.exceptionThrown":
                out.append(event["params"]["exceptionDetails"].get("exception", {}).get("description", "exception"))
            if event.get("method") == "Log.entryAdded" and event["params"]["entry"]["level"] in ("error", "warning"):
                out.append(event["params"]["entry"]["text"])
        return out

    def requests(self):
        return [event["params"]["request"]["url"] for event in self.events
                if event.get("method") == "Network.requestWillBeSent"]

    def screenshot(self, path, full=False):
        picture = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=full)
        pathlib.Path(path).write_bytes(base64.b64decode(picture["data"]))
