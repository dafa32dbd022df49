using DistTrain.Node.Commands;
using DistTrain.Node.Display;

using var stop = new StopRequest(SignalHandlers.QuitAtOnce);
using var signals = new SignalHandlers(stop);
return await CommandLine.RunAsync(args, ProgramServices.Create(), Terminal.OfProcess(), stop);
