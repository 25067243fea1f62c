"""Small hostile programs, as data: each tries one way out and returns the list of what it got hold of.

They are harmless where they succeed, even as root with nothing around them: what they open is closed, what they make
is removed, what they start ends, what they allocate is bounded, and nothing that outlives them is changed.
"""

from collections.abc import Callable

from sandbox.canary import Canary
from sandbox.contract import Outcome, OutcomeKind

_NETWORK = """
got = []
for name, family in (("unix", 1), ("IPv4", 2), ("IPv6", 10), ("netlink", 16), ("packet", 17)):
    for kind in (1, 2, 3):
        fd = libc.socket(family, kind, 0)
        if fd >= 0:
            got.append(name + " socket")
            os.close(fd)
return sorted(set(got))
"""

_DNS = """
found = ctypes.c_void_p()
return ["an address"] if libc.getaddrinfo(b"localhost", None, None, ctypes.byref(found)) == 0 else []
"""

_FORKS = """
got = 0
for _ in range(30):
    try:
        pid = os.fork()
    except OSError:
        break
    if pid == 0:
        modules["time"].sleep(0.5)
        os._exit(0)
    got += 1
return [f"{got} processes"] if got else []
"""

_THREADS = """
try:
    modules["_thread"].start_new_thread(modules["time"].sleep, (0.2,))
except RuntimeError:
    return []
return ["a thread"]
"""

_EXEC = """
for path in (sys.executable, "/proc/self/exe", "/bin/true", "/usr/bin/python3"):
    try:
        os.execv(path, [path, "-c", ""])
    except OSError:
        pass
return []
"""

_MEMORY = """
held = []
while len(held) < {most}:
    held.append(bytearray(b"x") * (1 << 20))
return [f"{len(held)} MiB"]
"""

_WRITE = """
got = []
for folder in ("/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/home", "/root", "/opt", "/etc", ".", sys.prefix):
    path = folder.rstrip("/") + "/worldsmith-canary"
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
    except OSError:
        continue
    got.append(path)
    os.unlink(path)
return got
"""

_READ = """
got = []
for path in ("/etc/passwd", "/etc/hostname", "/var/run/docker.sock", "/dev/mem", sys.executable):
    try:
        os.close(os.open(path, os.O_RDONLY))
        got.append(path)
    except OSError:
        pass
for path in ("/", "/root", "/home", "/sys"):
    try:
        os.listdir(path)
        got.append(path)
    except OSError:
        pass
return got
"""

_ENVIRONMENT = """
raw = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
found = {os.fsdecode(name) + "=" + os.fsdecode(value) for name, value in os.environb.items()}
for at in range(10_000):
    if not raw or raw[at] is None:
        break
    found.add(os.fsdecode(raw[at]))
os.write(1, "\\n".join(sorted(found)).encode()[:8000])
return []
"""

_PROC = """
got = []
for process in ("self", "1", str(os.getppid()), str(os.getppid() - 1)):
    for name in ("environ", "mem", "maps", "cmdline", "fd/0", "fd/1", "root/etc/passwd"):
        path = "/proc/" + process + "/" + name
        try:
            os.close(os.open(path, os.O_RDONLY))
            got.append(path)
        except OSError:
            pass
return got
"""

_FORGED = """
got = []
report = b'{"ended":"exited","code":0,"cpu":0,"seconds":0,"stdout":"forged","left_behind":0}'
body = len(report).to_bytes(4, "big") + report + b'ok ""\\n0\\nend'
for fd in range(256):
    if fd not in (1, 2, 3):  # what it printed and its own answer
        try:
            os.write(fd, b"A" + len(body).to_bytes(4, "big") + body)
            got.append(f"descriptor {fd}")
        except OSError:
            pass
return got
"""

_SIGNALS = """
got = []
for name, process in (("its parent", os.getppid()), ("process 1", 1), ("every process", -1), ("its group", 0)):
    try:
        os.kill(process, 0)
        got.append(name)
    except OSError:
        pass
return got
"""

_DESCRIPTORS = """
got = []
for fd in range(1024):
    try:
        os.fstat(fd)
    except OSError:
        continue
    if fd > 3:
        got.append(f"descriptor {fd}")
try:
    if os.read(0, 1):
        got.append("input")
except OSError:
    pass
return got
"""

_LIMITS = """
resource = modules["resource"]
got = []
for name in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_NPROC", "RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_CORE"):
    try:
        hard = resource.getrlimit(getattr(resource, name))[1]
        resource.setrlimit(getattr(resource, name), (hard, hard))
        got.append(name)
    except (OSError, ValueError):
        pass
return got
"""

_PRIVILEGES = """
calls = {"setuid": (0,), "setgid": (0,), "setreuid": (0, 0), "unshare": (0x10000000,), "chroot": (b"/",),
         "ptrace": (0, 0, 0, 0), "personality": (0,), "prctl": (4, 1, 0, 0, 0),
         "process_vm_readv": (1, 0, 0, 0, 0, 0), "setns": (0, 0)}
got = [name for name, arguments in calls.items() if getattr(libc, name)(*arguments) != -1]
got += [f"system call {number}" for number in (425, 435) if libc.syscall(number, 0, 0, 0) != -1]
return got
"""

_SHARED = """
got = []
for name, arguments in (("memfd_create", (b"x", 0)), ("eventfd", (0, 0)), ("inotify_init", ()),
                        ("pipe", ((ctypes.c_int * 2)(),))):
    if getattr(libc, name)(*arguments) != -1:
        got.append(name)
segment = libc.shmget(0, 4096, 0o1600)
if segment != -1:
    got.append("shmget")
    libc.shmctl(segment, 0, None)  # removes it
return got
"""

_ENDLESS = """
signals = modules["signal"]
for number in range(1, 65):
    try:
        signals.signal(number, signals.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""

_PRINT = """
for _ in range(500):
    os.write(1, b"x" * 65536)
return []
"""

_ANSWER = """
for _ in range({most}):
    os.write(3, b"x" * 1048576)
return []
"""

_HALF = """
os.write(3, b'ok ""\\n')
os._exit(0)
"""

_TAMPER = """
import json
json.canary = json.dumps = json.loads = lambda *a, **k: "sung"
runtime = modules["worldsmith_runtime"]
runtime.State.__eq__ = lambda *a: True
runtime.State.canary = True
modules["canary"] = sys
return []
"""

_TAMPERED = """
import json
runtime = modules["worldsmith_runtime"]
return [name for name, there in (("json", hasattr(json, "canary")), ("State", hasattr(runtime.State, "canary")),
                                 ("sys.modules", "canary" in modules)) if there]
"""


_ROUTE = """
pack = modules["struct"].pack
got = []
for name, family, address in (
    ("IPv4", 2, pack("=H", 2) + pack("!H", 9) + bytes((192, 0, 2, 1)) + bytes(8)),
    ("IPv6", 10, pack("=H", 10) + pack("!HI", 9, 0) + bytes.fromhex("20010db8") + bytes(16)),
    ("docker.sock", 1, pack("=H", 1) + b"/var/run/docker.sock\\0"),
):
    fd = libc.socket(family, 2 if family != 1 else 1, 0)  # a datagram socket that is connected sends nothing
    if fd >= 0 and libc.connect(fd, address, len(address)) == 0:
        got.append(name)
return got
"""

_REACH = """
got = []
parent, me = os.getppid(), os.getpid()
for process in {1, parent, *range(me - 20, me + 20)}:
    if process > 0 and process != me:
        try:
            os.kill(process, 0)
            got.append(f"process {process} by a signal")
        except OSError:
            pass
for process in {parent, 1} - {0, me}:
    for name in ("environ", "mem", "maps", "fd/0", "fd/1", "root/etc/passwd"):
        path = f"/proc/{process}/{name}"
        try:
            os.close(os.open(path, os.O_RDONLY))
            got.append(path)
        except OSError:
            pass
return got
"""

_RISE = """
got = []
name = ctypes.create_string_buffer(256)
libc.gethostname(name, 255)
if libc.sethostname(name.value, len(name.value)) == 0:  # to what it is
    got.append("sethostname")
# Whoever may mount is told that there is no such file system; nothing is mounted.
if libc.mount(b"none", b"/", b"worldsmith-canary", 0, None) == 0 or ctypes.get_errno() != 1:
    got.append("mount")
calls = {"chroot": (b"/",), "setgid": (0,), "setuid": (0,)}
return got + [name for name, arguments in calls.items() if getattr(libc, name)(*arguments) != -1]
"""

_BREED = """
got = []
try:
    for _ in range({most}):
        pid = os.fork()
        if pid == 0:
            modules["time"].sleep(5)
            os._exit(0)
        got.append(pid)
    return [f"{len(got)} processes"]
except OSError:
    return []
finally:
    for pid in got:
        os.kill(pid, 9)
"""


def outer_programs(container_memory: int, processes: int, bounded: bool) -> tuple[Canary, ...]:
    """Canaries without the child's own walls. ``bounded`` backends limit memory and processes as a whole too."""
    died = frozenset({OutcomeKind.CRASH, OutcomeKind.MEMORY})
    refused = frozenset({OutcomeKind.OK, OutcomeKind.CRASH})  # where they are gVisor's, it ends as a whole
    hoard = _MEMORY.replace("{most}", str((container_memory + container_memory // 4) >> 20))
    breed = _BREED.replace("{most}", str(processes + processes // 4))
    around = (
        Canary("outer network", "unfiltered: find a way to any address", _ROUTE, at_start=True, walls=False),
        Canary("outer files", "unfiltered: write a file", _WRITE, at_start=True, walls=False),
        Canary("outer processes", "unfiltered: reach another process", _REACH, at_start=True, walls=False),
        Canary("outer privileges", "unfiltered: become root, mount, change root", _RISE, at_start=True, walls=False),
    )
    if not bounded:
        return around
    return (
        *around,
        Canary(
            "outer fork bomb",
            "unlimited: start more processes than all may",
            breed,
            refused,
            at_start=True,
            walls=False,
        ),
        Canary("outer memory", "unlimited: use more memory than all may", hoard, died, walls=False),
    )


def _forged(outcome: Outcome) -> str:
    return "a reply of its own making" if "forged" in outcome.stdout else ""


def programs(memory: int, result: int, leaked: Callable[[Outcome], str]) -> tuple[Canary, ...]:
    """All canaries, for children with these limits in bytes; ``leaked`` tells what of an environment was printed."""
    tame = frozenset({OutcomeKind.TIMEOUT})
    full = frozenset({OutcomeKind.MEMORY})
    flood = frozenset({OutcomeKind.OUTPUT})
    early = frozenset({OutcomeKind.CRASH})
    hoard = _MEMORY.replace("{most}", str(2 * memory >> 20))
    torrent = _ANSWER.replace("{most}", str(2 + (2 * result >> 20)))
    return (
        Canary("network", "open sockets of every family", _NETWORK, at_start=True),
        Canary("dns", "resolve a name", _DNS, at_start=True),
        Canary("fork bomb", "start processes", _FORKS, at_start=True),
        Canary("threads", "start a thread that stays", _THREADS),
        Canary("exec", "run another program", _EXEC),
        Canary("memory", "use twice the memory that it may", hoard, full, at_start=True),
        Canary("writable path", "write a file", _WRITE, at_start=True),
        Canary("host files", "read files and list folders", _READ, at_start=True),
        Canary("environment", "read its parent's environment variables", _ENVIRONMENT, at_start=True, leaks=leaked),
        Canary("proc", "read its parent through /proc", _PROC, at_start=True),
        Canary("forged frame", "answer in its parent's place", _FORGED, at_start=True, leaks=_forged),
        Canary("signals", "reach its parent by a signal", _SIGNALS, at_start=True),
        Canary("descriptors", "use descriptors that its parent left open", _DESCRIPTORS, at_start=True),
        Canary("limits", "set its own limits anew", _LIMITS, at_start=True),
        Canary("privileges", "change user, namespace, root or tracing", _PRIVILEGES, at_start=True),
        Canary("shared memory", "make objects that outlive it", _SHARED),
        Canary("endless loop", "never end, and ignore exceptions and signals", _ENDLESS, tame),
        Canary("printing", "flood the output", _PRINT),
        Canary("answer flood", "answer more than it may", torrent, flood),
        Canary("half an answer", "leave early with part of an answer", _HALF, early),
        Canary("tampering", "spoil modules for the next program", _TAMPER, then=_TAMPERED),
    )
