using System.CommandLine;
using DistTrain.Benchmarks.Measuring;

namespace DistTrain.Benchmarks.EndToEnd;

internal static class EndToEndCommand
{
    public static Command Create()
    {
        var data = new Option<string?>("--data")
        {
            Description = "Folder with MNIST's four IDX files [default: DISTTRAIN_DATA, else ../shared/data/mnist beside the repository]",
        };
        var peers = new Option<string?>("--peers") { Description = "Folder with pytorch_ddp.py [default: ../shared/peers beside the repository]" };
        var python = new Option<string>("--python")
        {
            Description = "Interpreter that has torch",
            DefaultValueFactory = _ => File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3",
        };
        var rounds = new Option<int>("--rounds") { Description = "How often each contestant has its turn", DefaultValueFactory = _ => 5 };
        var samples = new Option<int>("--samples")
        {
            Description = "Samples of one training, of which a contestant makes as many in a turn as fit a second; all of MNIST unless you are trying the benchmark out",
            DefaultValueFactory = _ => 60_000,
        };
        var rest = new Option<double>("--rest")
        {
            Description = "Seconds of rest before each turn: a host that has put both processors of a virtual machine on one core spreads them again",
            DefaultValueFactory = _ => 1,
        };
        var only = new Option<string>("--rows") { Description = "Comparisons to make, by their letters", DefaultValueFactory = _ => "abcde" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object on stdout; progress goes to stderr" };
        rounds.Validators.Add(result => Positive(result, rounds));
        samples.Validators.Add(result => Positive(result, samples));
        var command = new Command(
            "end-to-end",
            "Train LeNet-5 on MNIST in turns: one worker against a plain TorchSharp loop, two workers against one, two workers "
            + "against PyTorch DDP; the exchange against a bare socket; and two worker processes against one worker. Prints ratios of medians. Takes a quarter of an hour.")
        {
            data, peers, python, rounds, samples, rest, only, json,
        };
        command.SetAction(parse => new EndToEndBenchmark(
            Places.Mnist(parse.GetValue(data)),
            Places.Peers(parse.GetValue(peers)),
            parse.GetValue(python)!,
            parse.GetValue(rounds),
            parse.GetValue(samples),
            TimeSpan.FromSeconds(Math.Clamp(parse.GetValue(rest), 0, 60)),
            parse.GetValue(only)!).Run(parse.GetValue(json)));
        return command;
    }

    private static void Positive(System.CommandLine.Parsing.OptionResult result, Option<int> option)
    {
        if (result.GetValue(option) < 1)
        {
            result.AddError($"{option.Name} must be 1 or more");
        }
    }
}
