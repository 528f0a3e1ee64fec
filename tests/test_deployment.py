"""What is shipped for Compose and Kubernetes fits the schemas, the service and itself."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from picture import metrics, settings
from picture.serving import description
from picture.settings import Settings, unknown
from tests.conftest import ROOT
from tools import dockerfile

Manifest = dict[str, Any]

COMPOSE = ROOT / "deploy" / "compose.yaml"
FOLDER = ROOT / "deploy" / "kubernetes"
KUSTOMIZATION = "kustomization.yaml"
OPTIONAL = "autoscaler-queue.yaml"
# The first that knows all that is used, and the newest that is known here.
VERSIONS = ("1.30", "1.37")
VALKEYS = {
    "results": "OCR_CACHE_URL",
    "counters": "OCR_RATE_LIMIT_URL",
    "jobs": "OCR_JOB_URL",
}
PODS = ("ocr", *(f"ocr-{name}" for name in VALKEYS))

UNITS = {"": Decimal(1), "Mi": Decimal(2**20), "Gi": Decimal(2**30)}


class Loader(yaml.SafeLoader):
    """YAML as Kubernetes takes it: a key that is there twice is a mistake."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"{node.start_mark}: a key is there twice"
        return super().construct_mapping(node, deep)


def load(text: str) -> list[Manifest]:
    return list(yaml.load_all(text, Loader))


def manifests(*names: str) -> list[Manifest]:
    """Return what some files hold; without names, what kustomization.yaml applies."""
    names = names or tuple(kustomization()["resources"])
    return [manifest for name in names for manifest in load((FOLDER / name).read_text())]


def kustomization() -> Manifest:
    [content] = load((FOLDER / KUSTOMIZATION).read_text())
    return content


def of_kind(kind: str) -> dict[str, Manifest]:
    found = [manifest for manifest in manifests() if manifest["kind"] == kind]
    named = {manifest["metadata"]["name"]: manifest for manifest in found}
    assert found and len(named) == len(found)
    return named


def pods() -> dict[str, Manifest]:
    """Return the pod of each Deployment, with its labels."""
    return {name: each["spec"]["template"] for name, each in of_kind("Deployment").items()}


def container(name: str) -> Manifest:
    [only] = pods()[name]["spec"]["containers"]
    return dict(only)


def port(name: str) -> int:
    """Return the number of the only port of a pod's container."""
    [only] = container(name)["ports"]
    return int(only["containerPort"])


def port_of(name: str, said: object) -> int:
    """Return the port of a pod that is meant by a number or a name."""
    [only] = container(name)["ports"]
    return only["containerPort"] if said == only["name"] else int(str(said))


def chosen(selector: Manifest) -> set[str]:
    """Return the pods that a selector's labels and expressions choose."""
    return {name for name, pod in pods().items() if fits(selector, pod["metadata"]["labels"])}


def fits(selector: Manifest, labels: dict[str, str]) -> bool:
    assert selector.keys() <= {"matchLabels", "matchExpressions"} and any(selector.values())
    rules = selector.get("matchExpressions", [])
    assert all(rule["operator"] == "In" for rule in rules)
    return selector.get("matchLabels", {}).items() <= labels.items() and all(
        labels.get(rule["key"]) in rule["values"] for rule in rules
    )


def amount(text: str) -> int:
    """Return a quantity in whole units; Kubernetes warns of others."""
    match = re.fullmatch(r"([\d.]+)([MG]i|)", text)
    assert match, text
    number = Decimal(match[1]) * UNITS[match[2]]
    assert number == int(number), f"{text} is no whole number"
    return int(number)


def variables() -> dict[str, str]:
    """Return the variables of the service's pod; those of secrets as they may be."""
    secret = {"OCR_CACHE_KEY": "0123456789abcdef", "OCR_API_KEYS": "one,two"}
    listed = container("ocr")["env"]
    assert len({each["name"] for each in listed}) == len(listed)
    return {
        each["name"]: each["value"] if "value" in each else secret[each["name"]] for each in listed
    }


def composed(name: str) -> Manifest:
    [compose] = load(COMPOSE.read_text())
    return dict(compose["services"][name])


def composed_variables() -> dict[str, str]:
    """Return the service's variables in Compose where the shell has set none."""
    given = composed("ocr")["environment"]
    return {name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value) for name, value in given.items()}


def check_compose(path: Path) -> subprocess.CompletedProcess[str]:
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)


def test_compose_fits_its_schema() -> None:
    checked = check_compose(COMPOSE)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("restart: unless-stopped", "restrat: unless-stopped"),
        ("stop_grace_period: 75s", "stop_grace_period: [75s]"),
        ('ports: ["80:80"]', "ports: 80"),
    ],
)
def test_the_schema_of_compose_sees_mistakes(tmp_path: Path, right: str, wrong: str) -> None:
    text = COMPOSE.read_text()
    assert right in text
    (tmp_path / "compose.yaml").write_text(text.replace(right, wrong, 1))
    assert check_compose(tmp_path / "compose.yaml").returncode == 1


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.name)
def test_every_manifest_fits_the_schema_of_kubernetes(file: Path, version: str) -> None:
    if file.name != KUSTOMIZATION:
        for manifest in manifests(file.name):
            assert kubernetes_validate.validate(manifest, version, strict=True) == version


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "path", ["spec", "spec.template.spec", "spec.template.spec.containers.0.readinessProbe"]
)
def test_the_schema_of_kubernetes_sees_mistakes(version: str, path: str) -> None:
    manifest = of_kind("Deployment")["ocr"]
    part: Any = manifest
    for word in path.split("."):
        part = part[int(word) if word.isdigit() else word]
    part["misspelt"] = 1
    with pytest.raises(kubernetes_validate.ValidationError, match="misspelt"):
        kubernetes_validate.validate(manifest, version, strict=True)


def test_a_key_that_is_there_twice_is_seen() -> None:
    with pytest.raises(AssertionError, match="twice"):
        load("spec: {replicas: 1, replicas: 2}")


def test_the_kustomization_names_every_file_but_the_optional_one() -> None:
    said = kustomization()
    assert said.keys() == {"apiVersion", "kind", "resources", "images"}
    assert said["kind"] == "Kustomization"
    assert said["apiVersion"] == "kustomize.config.k8s.io/v1beta1"
    files = {path.name for path in FOLDER.iterdir()} - {KUSTOMIZATION, OPTIONAL}
    assert sorted(said["resources"]) == sorted(files)


def test_only_the_image_of_the_service_is_one_to_choose() -> None:
    [image] = kustomization()["images"]
    assert image["name"] == container("ocr")["image"]
    assert image["newName"] and isinstance(image["newTag"], str)
    assert [name for name in pods() if container(name)["image"] == image["name"]] == ["ocr"]


def test_the_optional_autoscaler_takes_the_place_of_the_other() -> None:
    [by_queue], [by_cpu] = manifests(OPTIONAL), manifests("autoscaler.yaml")
    [metric] = by_queue["spec"].pop("metrics")
    [usual] = by_cpu["spec"].pop("metrics")
    assert by_queue == by_cpu
    assert (metric["type"], usual["type"]) == ("Pods", "Resource")
    [gauge] = metrics.queue_depth.collect()
    assert (metric["pods"]["metric"], gauge.type) == ({"name": gauge.name}, "gauge")
    assert usual["resource"]["name"] in container("ocr")["resources"]["requests"]


def test_an_autoscaler_acts_before_a_queue_is_full() -> None:
    [by_queue] = manifests(OPTIONAL)
    [metric] = by_queue["spec"]["metrics"]
    assert 1 < amount(metric["pods"]["target"]["averageValue"]) < Settings().queue_size


def test_only_the_autoscaler_says_how_many_pods_the_service_has() -> None:
    [(_, autoscaler)] = of_kind("HorizontalPodAutoscaler").items()
    target, spec = autoscaler["spec"]["scaleTargetRef"], autoscaler["spec"]
    scaled = of_kind("Deployment").pop(target["name"])
    assert (target["kind"], target["apiVersion"]) == (scaled["kind"], scaled["apiVersion"])
    assert "replicas" not in scaled["spec"]
    assert 2 <= spec["minReplicas"] < spec["maxReplicas"]
    for name in VALKEYS:
        alone = of_kind("Deployment")[f"ocr-{name}"]["spec"]
        assert (alone["replicas"], alone["strategy"]) == (1, {"type": "Recreate"})


@pytest.mark.parametrize("read", [variables, composed_variables])
def test_every_variable_is_a_setting_with_a_value_that_works(
    read: Callable[[], dict[str, str]],
) -> None:
    given = read()
    assert given and all(name.startswith(settings.PREFIX) for name in given)
    assert unknown(given) == []
    Settings.from_environment(given)


def test_every_variable_that_is_named_anywhere_is_a_setting() -> None:
    known = {settings.variable(item) for item in fields(Settings)}
    for path in (COMPOSE, *FOLDER.iterdir()):
        assert set(re.findall(r"\bOCR_\w+", path.read_text())) <= known, path


def test_only_the_service_has_variables() -> None:
    assert [name for name in pods() if "env" in container(name)] == ["ocr"]
    assert not any("envFrom" in container(name) for name in PODS)


def test_what_compose_sets_pods_have_too() -> None:
    same = {"OCR_RATE_LIMIT", "OCR_TRUSTED_PROXIES"}
    pod, compose = variables(), composed_variables()
    assert same <= compose.keys() <= pod.keys()
    assert {name: pod[name] for name in same} == {name: compose[name] for name in same}


def test_secrets_may_be_missing_and_are_in_no_file() -> None:
    listed = {each["name"]: each for each in container("ocr")["env"]}
    assert "Secret" not in {manifest["kind"] for manifest in manifests()}
    for name in ("OCR_CACHE_KEY", "OCR_API_KEYS"):
        reference = {"name": "ocr", "key": name, "optional": True}
        assert listed[name] == {"name": name, "valueFrom": {"secretKeyRef": reference}}


def test_pods_share_through_services_that_there_are() -> None:
    given = variables()
    assert of_kind("Service").keys() == pods().keys() == set(PODS)
    for name, variable in VALKEYS.items():
        [port] = of_kind("Service")[f"ocr-{name}"]["spec"]["ports"]
        assert given[variable] == f"redis://ocr-{name}:{port['port']}/0"
        assert composed_variables()[variable] == f"redis://{name}:6379/0"


@pytest.mark.parametrize("name", VALKEYS)
def test_valkeys_are_those_of_compose(name: str) -> None:
    theirs, ours = composed(name), container(f"ocr-{name}")
    # Compose's command and a pod's args are what the image's own entry point gets.
    assert (ours["image"], ours["args"]) == (theirs["image"], theirs["command"])
    assert "command" not in ours
    assert port(f"ocr-{name}") == 6379


@pytest.mark.parametrize("name", VALKEYS)
def test_a_valkey_may_take_more_than_it_keeps(name: str) -> None:
    arguments, room = container(f"ocr-{name}")["args"], container(f"ocr-{name}")["resources"]
    kept = amount(arguments[arguments.index("--maxmemory") + 1].replace("mb", "Mi"))
    assert kept < amount(room["requests"]["memory"])
    assert 1.5 * kept < amount(room["limits"]["memory"])


def selectors() -> Iterator[tuple[Manifest, Manifest]]:
    """Yield every selector with the manifest that it is in."""
    for manifest in manifests():
        spec, kind = manifest["spec"], manifest["kind"]
        if kind == "Service":
            yield manifest, {"matchLabels": spec["selector"]}
        elif kind in ("Deployment", "PodDisruptionBudget"):
            yield manifest, spec["selector"]
        if kind == "Deployment":
            for spread in spec["template"]["spec"].get("topologySpreadConstraints", []):
                yield manifest, spread["labelSelector"]


def test_every_selector_chooses_the_pods_of_its_own_name_alone() -> None:
    found = [(each["kind"], each["metadata"]["name"], chosen(by)) for each, by in selectors()]
    assert [kind for kind, _, _ in found].count("Deployment") == len(pods()) + 1
    assert {kind for kind, _, _ in found} == {"Deployment", "Service", "PodDisruptionBudget"}
    assert all(pods == {name} for _, name, pods in found), found


def test_only_the_service_reaches_the_valkeys() -> None:
    [policy] = of_kind("NetworkPolicy").values()
    valkeys = {f"ocr-{name}" for name in VALKEYS}
    spec = policy["spec"]
    assert chosen(spec["podSelector"]) == valkeys
    assert (set(spec["policyTypes"]), spec["egress"]) == ({"Ingress", "Egress"}, [])
    [rule] = spec["ingress"]
    [source] = rule["from"]
    assert source.keys() == {"podSelector"} and chosen(source["podSelector"]) == {"ocr"}
    [open_port] = rule["ports"]
    assert {port_of(name, open_port["port"]) for name in valkeys} == {6379}


def test_the_ports_of_image_pod_service_and_compose_agree() -> None:
    recipe = dockerfile.read((ROOT / "Dockerfile").read_text())
    assert port("ocr") == recipe.config.port == Settings.from_environment(variables()).port
    assert f"ocr:{port('ocr')}" in composed("nginx")["command"][-1]
    for name, service in of_kind("Service").items():
        [only] = service["spec"]["ports"]
        assert port_of(name, only["targetPort"]) == only["port"] == port(name)


def test_probes_ask_what_answers_without_a_key() -> None:
    probes = {
        name: container("ocr")[f"{name}Probe"] for name in ("startup", "readiness", "liveness")
    }
    paths = {name: probe["httpGet"]["path"] for name, probe in probes.items()}
    assert paths == {"startup": "/readyz", "readiness": "/readyz", "liveness": "/healthz"}
    assert all(port_of("ocr", probe["httpGet"]["port"]) == port("ocr") for probe in probes.values())
    described = description(Settings())["paths"]
    assert all(described[path]["get"].get("security") == [] for path in paths.values())


def test_prometheus_is_told_where_the_counts_are() -> None:
    said = pods()["ocr"]["metadata"]["annotations"]
    assert said["prometheus.io/path"] in description(Settings())["paths"]
    assert said["prometheus.io/port"] == str(port("ocr"))


def test_valkeys_are_asked_at_their_own_port() -> None:
    for name in (f"ocr-{name}" for name in VALKEYS):
        for probe in ("readinessProbe", "livenessProbe"):
            assert port_of(name, container(name)[probe]["tcpSocket"]["port"]) == port(name)


def test_a_hung_worker_is_replaced_before_its_pod_is() -> None:
    text = (ROOT / "deploy" / "gunicorn.conf.py").read_text()
    [timeout] = re.findall(r"^timeout = (\d+)$", text, re.MULTILINE)
    probe = container("ocr")["livenessProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] > int(timeout)


def test_what_was_accepted_is_answered_before_the_end() -> None:
    deadline = Settings.from_environment(variables()).deadline
    assert deadline == Settings().deadline
    grace = pods()["ocr"]["spec"]["terminationGracePeriodSeconds"]
    sleep = container("ocr")["lifecycle"]["preStop"]["sleep"]["seconds"]
    # Gunicorn ends by itself after the deadline and ten seconds.
    assert sleep > 0 and grace >= sleep + deadline + 10
    assert composed("ocr")["stop_grace_period"] == f"{grace}s"


def test_clients_keep_their_pod_for_as_long_as_it_keeps_what_they_sent() -> None:
    spec = of_kind("Service")["ocr"]["spec"]
    kept = 60 * Settings.from_environment(variables()).result_minutes
    assert spec["sessionAffinity"] == "ClientIP"
    assert spec["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"] >= kept


@pytest.mark.parametrize("cpus", [1, 4, 64])
def test_a_pod_has_one_worker_for_the_cpus_it_asks_for(
    monkeypatch: pytest.MonkeyPatch, cpus: int
) -> None:
    monkeypatch.setattr(settings, "available_cpus", lambda: cpus)
    ours = Settings.from_environment(variables())
    assert ours.worker_count == 1
    assert ours.engine_threads == amount(container("ocr")["resources"]["requests"]["cpu"])
    assert "cpu" not in container("ocr")["resources"]["limits"]


def test_the_memory_of_a_pod_is_enough_for_the_largest_pictures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = container("ocr")["resources"]
    engine, pictures = 1_173_000_000, 750_000_000
    assert engine < amount(room["requests"]["memory"])
    assert engine + pictures < amount(room["limits"]["memory"])
    monkeypatch.setattr(settings, "available_memory", lambda: amount(room["limits"]["memory"]))
    given = {**variables(), "OCR_ENGINE": "openvino"}
    assert Settings.from_environment(given).picture_bytes == pictures


@pytest.mark.parametrize("name", PODS)
def test_a_pod_has_no_rights_that_it_does_not_need(name: str) -> None:
    spec, own = pods()[name]["spec"], container(name)["securityContext"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    # An image whose user has a name does not start without a number.
    assert spec["securityContext"]["runAsUser"] > 0
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert own["readOnlyRootFilesystem"] is True
    assert own["allowPrivilegeEscalation"] is False
    assert own["capabilities"] == {"drop": ["ALL"]}
    assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers"} & spec.keys()


def sizes() -> dict[str, int]:
    """Return the size of each folder that the service's pod may write to."""
    volumes = pods()["ocr"]["spec"]["volumes"]
    assert all(volume.keys() == {"name", "emptyDir"} for volume in volumes)
    room = {volume["name"]: volume["emptyDir"] for volume in volumes}
    # In memory, what is written would count against the limit of memory.
    assert all(each.keys() == {"sizeLimit"} for each in room.values())
    mounts = container("ocr")["volumeMounts"]
    assert sorted(mount["name"] for mount in mounts) == sorted(room)
    return {mount["mountPath"]: amount(room[mount["name"]]["sizeLimit"]) for mount in mounts}


def test_the_service_writes_where_it_has_to_and_nowhere_else() -> None:
    config = dockerfile.read((ROOT / "Dockerfile").read_text()).config
    given = Settings.from_environment(variables())
    folders = {config.path(given.uploads_dir), config.path(given.output_dir)}
    assert sizes().keys() == folders | {"/tmp"}  # noqa: S108 - the container's own
    keeping = [name for name in VALKEYS if "volumes" in pods()[f"ocr-{name}"]["spec"]]
    assert keeping == ["jobs"]


def test_jobs_are_kept_on_disk_where_the_server_writes_them() -> None:
    spec = pods()["ocr-jobs"]["spec"]
    [volume], [mount] = spec["volumes"], container("ocr-jobs")["volumeMounts"]
    [claim] = of_kind("PersistentVolumeClaim").values()
    assert mount == {"name": volume["name"], "mountPath": "/data"}  # the image's folder
    assert volume["persistentVolumeClaim"] == {"claimName": claim["metadata"]["name"]}
    assert composed("jobs")["volumes"] == ["jobs:/data"]
    # Files belong to root in a volume unless a group is named.
    assert spec["securityContext"]["fsGroup"] == spec["securityContext"]["runAsGroup"]
    kept = container("ocr-jobs")["args"]
    memory = amount(kept[kept.index("--maxmemory") + 1].replace("mb", "Mi"))
    assert amount(claim["spec"]["resources"]["requests"]["storage"]) > 3 * memory
    for given in (variables(), composed_variables()):
        assert 1.2 * Settings.from_environment(given).job_bytes < memory


def test_full_queues_do_not_have_a_pod_evicted() -> None:
    given = Settings.from_environment(variables())
    handled = 2 * given.queue_size + 16  # gunicorn's threads
    requests = handled * given.max_body_mb + given.batch_mb
    # As it arrives, with a quarter more for the framing of chunks, then as a file of its own;
    # and what the page sent; and a job with what is made of it.
    job = given.batch_mb + given.job_mb
    assert sizes()["/app/uploads"] > 1_000_000 * (2.25 * requests + given.result_mb + job)
    assert sizes()["/app/output"] > 1_000_000 * handled * given.max_body_mb
