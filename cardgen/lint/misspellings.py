"""Words that are only ever a slip: never a name, never right in another variety of English.

A short list of our own: each is among the commonest slips, and none is a word of code.
"""

from __future__ import annotations

from typing import Final

MEANT: Final = {
    "accomodate": "accommodate", "accross": "across", "acheive": "achieve", "acurate": "accurate",
    "adress": "address", "agressive": "aggressive", "algoritm": "algorithm", "alot": "a lot", "aquire": "acquire",
    "architechture": "architecture", "arguement": "argument", "assesment": "assessment", "availabe": "available",
    "avaliable": "available", "begining": "beginning", "benchamrk": "benchmark", "benchmrak": "benchmark",
    "catagory": "category", "commited": "committed", "comparision": "comparison", "compatability": "compatibility",
    "compatable": "compatible", "conection": "connection", "consistant": "consistent", "containes": "contains",
    "currect": "current", "currenty": "currently", "datasest": "dataset", "datset": "dataset",
    "definately": "definitely", "dependancy": "dependency", "derrived": "derived", "desribed": "described",
    "developement": "development", "diferent": "different", "distribtion": "distribution",
    "documenation": "documentation", "effecient": "efficient", "embeding": "embedding", "enviroment": "environment",
    "equivelant": "equivalent", "evalution": "evaluation", "evaulation": "evaluation", "exampel": "example",
    "existance": "existence", "experiement": "experiment", "explaination": "explanation", "familar": "familiar",
    "finetunning": "finetuning", "folowing": "following", "foward": "forward", "futher": "further",
    "gaurantee": "guarantee", "generaly": "generally", "hierachy": "hierarchy", "huggingace": "Hugging Face",
    "immediatly": "immediately", "implemention": "implementation", "improvment": "improvement",
    "incompatable": "incompatible", "independant": "independent", "inferance": "inference",
    "infomation": "information", "informations": "information", "instrution": "instruction",
    "instuction": "instruction", "intergrate": "integrate", "langauge": "language", "languange": "language",
    "lanuage": "language", "lenght": "length", "libary": "library", "licence's": "license's",
    "limitiation": "limitation", "maintainance": "maintenance", "managment": "management", "mesure": "measure",
    "mispelled": "misspelled", "multilinqual": "multilingual", "neccessary": "necessary", "necesary": "necessary",
    "occured": "occurred", "occurence": "occurrence", "optimzed": "optimized", "orginal": "original",
    "overriden": "overridden", "paramater": "parameter", "paramter": "parameter", "parmeter": "parameter",
    "peformance": "performance", "perfomance": "performance", "permanant": "permanent", "posible": "possible",
    "preceeding": "preceding", "precison": "precision", "prefered": "preferred", "pretrainning": "pretraining",
    "probaly": "probably", "publically": "publicly", "quantizied": "quantized", "quantiztion": "quantization",
    "reccomend": "recommend", "recieve": "receive", "recomend": "recommend", "refered": "referred",
    "relase": "release", "relevent": "relevant", "reponse": "response", "repositry": "repository",
    "reproducable": "reproducible", "responce": "response", "seperate": "separate", "seperated": "separated",
    "sequnce": "sequence", "similiar": "similar", "specifiy": "specify", "succesful": "successful",
    "succesfully": "successfully", "successfull": "successful", "sucess": "success", "suport": "support",
    "tokenizier": "tokenizer", "traing": "training", "trainig": "training", "transfomer": "transformer",
    "truely": "truly", "untill": "until", "useage": "usage", "usefull": "useful", "utlize": "utilize",
    "vaildation": "validation", "varient": "variant", "verison": "version", "wich": "which", "writen": "written",
}  # fmt: skip
"""What was meant, by the slip, in lower case."""
